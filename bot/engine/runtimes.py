"""Which runtime an app's config asks for at a commit, as far as its text and the newest build tell.

What cannot be read for sure is unknown: a wrong guess would refuse an update that people need.
"""

from bot.engine.app_config import AppConfig, UnreadableError, read_runtime
from bot.engine.mobile import Build


def runtime_at(config: str, fingerprint: str, build: Build) -> str:
    """Return the runtime a commit asks for; empty where it is not known.

    ``config``: text of its app config; ``fingerprint``: the commit's; ``build``: the newest of the platform.
    """
    try:
        found = read_runtime(config)
    except UnreadableError:
        found = AppConfig("")
    if found.policy == "appVersion" and build.runtime != build.version:
        return ""
    if found.runtime is None and found.policy is None:  # how the build was made says it then
        return fingerprint if build.runtime and build.runtime == build.fingerprint else ""
    return found.runtime_of(fingerprint)
