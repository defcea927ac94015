"""Reads and raises the version in an app's config: ``app.config.ts``, ``app.config.js`` or ``app.json``.

Changes the digits of one plain string and nothing else. Whatever could mean another version - a computed
value, a second one, a spread after it - is refused with its line, for a person to look at.
(https://docs.expo.dev/versions/latest/config/app/)
"""

import re
from dataclasses import dataclass

from bot.engine.app_config_keys import Key, keys
from bot.engine.js_tokens import Token, UnreadableError, line_of, tokens
from bot.engine.release import Part

__all__ = [
    "AppConfig",
    "UnreadableError",
    "changed_besides_version",
    "next_version",
    "raise_version",
    "read",
    "read_runtime",
]

_NUMBERS = re.compile(r"(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})")
_IN_A_COMMENT = re.compile(r"\bversion['\"]?\s*:")
_SHOWN = 40


@dataclass(frozen=True, slots=True)
class AppConfig:
    """What the config says. ``runtime`` and ``policy`` are None where it does not say it plainly."""

    version: str
    """``1.4.0``."""
    runtime: str | None = None
    """``runtimeVersion`` where it is a plain string."""
    policy: str | None = None
    """Its ``policy`` otherwise: ``appVersion``, ``fingerprint``, ``nativeVersion``, ``sdkVersion``."""

    def runtime_of(self, fingerprint: str = "") -> str:
        """Return the runtime a commit with this config has; empty where it cannot be told from here."""
        if self.runtime is not None:
            return self.runtime
        return {"appVersion": self.version, "fingerprint": fingerprint}.get(self.policy or "", "")


def read(text: str) -> AppConfig:
    """Read the version and the runtime.

    Raises:
        UnreadableError: names what stands in the way, and its line.

    """
    code = _code(text)
    return AppConfig(_version(text, code).text[1:-1], *_runtime(code))


def read_runtime(text: str) -> AppConfig:
    """Read the runtime; the version is empty where it cannot be told for sure.

    Raises:
        UnreadableError: the text is cut off, or no JavaScript.

    """
    code = _code(text)
    try:
        version = _version(text, code).text[1:-1]
    except UnreadableError:
        version = ""
    return AppConfig(version, *_runtime(code))


def raise_version(text: str, part: Part) -> tuple[str, str, str]:
    """Return the text with its version raised, the version before and the one after. Raises as ``read``."""
    token = _version(text, _code(text))
    old = token.text[1:-1]
    new = next_version(old, part)
    at = token.at + 1
    return text[:at] + new + text[at + len(old) :], old, new


def next_version(old: str, part: Part) -> str:
    """Return the version after ``old``; what stands right of the part that rises begins at 0 again.

    Raises:
        UnreadableError: ``old`` is not three numbers.

    """
    found = _NUMBERS.fullmatch(old)
    if found is None:
        msg = f"{old[:_SHOWN]!r} is not a version of three numbers"
        raise UnreadableError(msg)
    major, minor, patch = (int(number) for number in found.groups())
    match part:
        case Part.MAJOR:
            return f"{major + 1}.0.0"
        case Part.MINOR:
            return f"{major}.{minor + 1}.0"
        case Part.PATCH:
            return f"{major}.{minor}.{patch + 1}"


def changed_besides_version(before: str, after: str) -> bool:
    """Say whether two texts differ in more than the version; where one cannot be read, in anything."""
    try:
        return _without_version(before) != _without_version(after)
    except UnreadableError:
        return before != after


def _without_version(text: str) -> tuple[str, str]:
    token = _version(text, _code(text))
    return text[: token.at + 1], text[token.at + len(token.text) - 1 :]


@dataclass(frozen=True, slots=True)
class _Code:
    keys: list[Key]
    tokens: list[Token]
    """Without comments."""
    comments: list[Token]


def _code(text: str) -> _Code:
    found = tokens(text)
    code = [token for token in found if token.kind != "comment"]
    return _Code(keys(code), code, [token for token in found if token.kind == "comment"])


def _version(text: str, code: _Code) -> Token:
    """Return the one plain string that is the version."""
    mine = [key for key in code.keys if key.token.names("version")]
    if not mine:
        hidden = next((one for one in code.comments if _IN_A_COMMENT.search(one.text)), None)
        if hidden is not None:
            msg = "the version stands in a comment only"
            raise UnreadableError(msg, line_of(text, hidden.at))
        msg = "there is no version in it"
        raise UnreadableError(msg)
    lines = [line_of(text, key.token.at) for key in mine]
    if len(mine) > 1:
        more = [str(line) for line in dict.fromkeys(lines) if line != lines[0]]
        where = f"here and on line {', '.join(more)}" if more else "here more than once"
        msg = f"the version is set {where}"
        raise UnreadableError(msg, lines[0])
    (key,), (line,) = mine, lines
    if key.problem:
        raise UnreadableError(key.problem, line)
    if key.value is None:
        rest = text[key.value_at :].partition("\n")[0].strip()[:_SHOWN]
        what = "a template string" if rest.startswith("`") else "computed"
        msg = f"the version is {what}: {rest}" if rest else "the version is computed"
        raise UnreadableError(msg, line)
    if _NUMBERS.fullmatch(key.value.text[1:-1]) is None:
        msg = f"{key.value.text[:_SHOWN]} is not a version of three numbers"
        raise UnreadableError(msg, line)
    return key.value


def _runtime(code: _Code) -> tuple[str | None, str | None]:
    """Return the runtime or its policy; neither where it is set twice, or by platform, or computed."""
    if sum(token.names("runtimeVersion") for token in code.tokens) != 1:
        return None, None
    key = next((one for one in code.keys if one.token.names("runtimeVersion") and not one.problem), None)
    if key is None:
        return None, None
    if key.value is not None:
        value = key.value.text[1:-1]
        return (value, None) if value and "\\" not in value else (None, None)
    after = [token for token in code.tokens if token.at >= key.value_at][:5]
    words = [token.text for token in after]
    plain = len(after) == 5 and words[0] == "{" and after[1].names("policy") and words[2] == ":"
    if plain and after[3].kind == "string" and words[4] in ("}", ","):
        return None, after[3].text[1:-1]
    return None, None
