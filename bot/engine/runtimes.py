"""Which runtime an app's config asks for at a commit, as far as its text tells. Reads; runs nothing.

What cannot be read for sure is unknown: a wrong guess would refuse an update that people need.
"""

import re

from bot.engine.mobile import Build

_COMMENT = re.compile(r"^\s*(//|\*|/\*).*$", re.MULTILINE)
_VERSION = re.compile(r"""(?<![\w.])["']?version["']?\s*:\s*(["'])([^"'\n]{1,60})\1""")
_LITERAL = re.compile(r"""(?<![\w.])["']?runtimeVersion["']?\s*:\s*(["'])([^"'\n]{1,60})\1""")
_POLICY = re.compile(
    r"""(?<![\w.])["']?runtimeVersion["']?\s*:\s*\{\s*["']?policy["']?\s*:\s*["'](\w{1,40})["']"""
)


def runtime_at(config: str, fingerprint: str, build: Build) -> str:
    """Return the runtime a commit asks for; empty where it is not known.

    ``config``: text of its app config; ``fingerprint``: the commit's; ``build``: the newest of the platform.
    """
    text = _COMMENT.sub("", config)
    literal, policy = _only(_LITERAL, text, 2), _only(_POLICY, text, 1)
    if literal:
        return literal
    if policy == "appVersion" and build.runtime == build.version:
        return _only(_VERSION, text, 2)
    if policy == "fingerprint" or (not policy and build.runtime and build.runtime == build.fingerprint):
        return fingerprint
    return ""


def without_version(config: str) -> str:
    """Return a config's text with its version taken out: what else changed shows then."""
    return _VERSION.sub("version", config)


def _only(pattern: re.Pattern[str], text: str, group: int) -> str:
    """Return the one thing a pattern finds; empty when it finds several that differ."""
    found = {match[group] for match in pattern.finditer(text)}
    return found.pop() if len(found) == 1 else ""
