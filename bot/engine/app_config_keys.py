"""Finds the keys of the object that is an app's config, among the tokens of its file.

The config is an object that stands in no other one, or under ``expo`` of such; an object inside it is not.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from bot.engine.js_tokens import Token

Level = Literal["config", "platform", "other"]
PLATFORMS = ("ios", "android")
TELLTALE = (
    "name", "slug", "scheme", "owner", "orientation", "icon", "splash", "ios", "android", "web", "plugins",
    "updates", "extra", "runtimeVersion", "userInterfaceStyle", "newArchEnabled", "assetBundlePatterns",
)  # fmt: skip
"""Without one of them beside it, a version may be of anything."""
LATE = "it is set here, and what is spread after it may set another"
SOMETIMES = "it stands in an object that is used only sometimes"
BESIDE = "it stands beside expo, where nobody reads it"
NO_CONFIG = "nothing beside it tells that this object is the app's config"

_OPENING = {"(", "[", "{", "${"}
_CLOSING = {")", "]", "}"}
_VALUE_FOLLOWS = frozenset({"return", "default", "await", "yield", "typeof"})
"""Words after which a brace begins an object, not a block."""
_BLOCK_FOLLOWS = frozenset({")", "]", "}", "{", ";", "=>", ">"})
_CHOOSES = frozenset({"?", ":", "||", "&&", "??"})
_CONDITION = frozenset({"if", "for", "while", "switch", "catch", "with"})
_ASSIGNS = frozenset({"=", "+=", "??=", "||=", "&&="})
_BEFORE_KEY = frozenset({"get", "set", "async", "static", "readonly", "*"})


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the config, or what may set one."""

    token: Token
    value: Token | None = None
    """The string it has, alone; None: anything else."""
    value_at: int = 0
    """Where its value begins."""
    problem: str = ""
    """Why nobody can say that this is what the config ends up with."""


@dataclass(slots=True)
class _Frame:
    bracket: str
    before: Token | None
    level: Level | None = None
    """None: no object."""
    sometimes: bool = False
    """Whether what stands in it counts only at times."""
    expo: bool = False
    """Whether it is what stands under ``expo``."""
    beside: bool = False
    """Whether something stands under its ``expo``: then nothing else of it counts."""
    found: list[int] = field(default_factory=list)
    """Which keys stand in it, by their number."""


def keys(code: Sequence[Token]) -> list[Key]:
    """Return the config's keys in order, and those of its platforms and assignments as a problem.

    ``code`` holds no comments, and its brackets are balanced.
    """
    return _Finder(code).find()


class _Finder:
    def __init__(self, code: Sequence[Token]) -> None:
        self._code = code
        self._found: list[Key] = []
        self._stack: list[_Frame] = []
        self._closed: _Frame | None = None
        """The bracket that was closed last."""

    def find(self) -> list[Key]:
        """Go through all of it once."""
        for number, token in enumerate(self._code):
            mark = token.text if token.kind == "mark" else ""
            if mark in _OPENING:
                self._stack.append(self._opened(number))
            elif mark in _CLOSING:
                self._close(self._stack.pop())
            elif mark == "..." and self._stack and self._stack[-1].level == "config":
                self._doubt(self._stack[-1], LATE)
            elif token.kind in ("name", "string") and (key := self._key(number) or self._assigned(number)):
                self._found.append(key)
                if self._stack:
                    self._stack[-1].found.append(len(self._found) - 1)
        return self._found

    def _at(self, number: int) -> Token | None:
        return self._code[number] if 0 <= number < len(self._code) else None

    def _doubt(self, frame: _Frame, problem: str) -> None:
        for number in frame.found:
            known = self._found[number]
            self._found[number] = replace(known, problem=known.problem or problem)

    def _close(self, frame: _Frame) -> None:
        self._closed = frame
        if frame.level != "config":
            return
        if frame.sometimes:
            self._doubt(frame, SOMETIMES)
        if frame.beside:
            self._doubt(frame, BESIDE)
        if frame.expo:
            self._stack[-1].beside = True
        others = [self._found[number].token for number in frame.found]
        if not frame.expo and not any(token.names(word) for token in others for word in TELLTALE):
            self._doubt(frame, NO_CONFIG)

    def _outermost(self) -> bool:
        return sum(frame.level is not None for frame in self._stack) <= 1

    def _opened(self, number: int) -> _Frame:
        """Return what the bracket at ``number`` opens."""
        bracket, before = self._code[number].text, self._at(number - 1)
        frame = _Frame(bracket, before, sometimes=any(one.sometimes for one in self._stack))
        if bracket != "{":
            return frame
        if not self._is_object(number):
            condition = self._closed.before if self._closed and _says(before, ")") else before
            words = _CONDITION | {"else"}
            frame.sometimes |= condition is not None and condition.text in words
            return frame
        if not any(one.level or one.bracket == "${" for one in self._stack):
            frame.level = "config"
            frame.sometimes |= self._chosen(number)
            return frame
        frame.level = "other"
        key = self._at(number - 2)
        if self._stack[-1].level == "config" and key is not None and _says(before, ":"):
            frame.expo = key.names("expo") and self._outermost()
            frame.level = "config" if frame.expo else frame.level
            frame.level = "platform" if any(key.names(name) for name in PLATFORMS) else frame.level
        return frame

    def _is_object(self, number: int) -> bool:
        """Say whether a brace begins an object; a file that begins with one is JSON."""
        before, alias = self._at(number - 1), self._at(number - 3)
        if before is None:
            return True
        if before.kind == "name":
            return before.text in _VALUE_FOLLOWS
        if before.text == "=" and alias is not None and alias.text == "type":
            return False
        return before.kind == "mark" and before.text not in _BLOCK_FOLLOWS

    def _chosen(self, number: int) -> bool:
        """Say whether an object is one of several it may be: ``x ? {…} : {…}``, ``if (x) return {…}``."""
        before, then = self._at(number - 1), self._at(number - 2)
        if before is None or before.text != "return" or then is None:
            return before is not None and before.text in _CHOOSES
        closed = self._closed.before if self._closed and then.text == ")" else then
        return closed is not None and closed.text in _CONDITION | {"else"}

    def _key(self, number: int) -> Key | None:
        """Read the token as a key of the object it stands in; None where it is none."""
        inside = self._stack[-1] if self._stack else None
        token, before, after = self._code[number], self._at(number - 1), self._at(number + 1)
        if inside is not None and inside.bracket == "[" and len(self._stack) > 1:
            if not (_says(inside.before, "{", ",") and _says(after, "]")):
                return None
            computed, inside = True, self._stack[-2]
        else:
            computed = before is not None and before.text in _BEFORE_KEY
        if inside is None or inside.level not in ("config", "platform"):
            return None
        if not computed and not _says(before, "{", ","):
            return None
        if computed or not _says(after, ":"):
            return Key(token, problem=f"{_bare(token)} is set in a way that only running it can tell")
        if inside.level == "platform":
            return Key(
                token, problem=f"{_bare(token)} is set for one platform, and would stay there as it is"
            )
        value, end = self._at(number + 2), self._at(number + 3)
        plain = value is not None and value.kind == "string" and _says(end, ",", "}")
        return Key(token, value if plain else None, value.at if value is not None else 0)

    def _assigned(self, number: int) -> Key | None:
        """Read ``config.version = …`` and ``config["version"] = …``."""
        token, before, after = self._code[number], self._at(number - 1), self._at(number + 1)
        then = self._at(number + 2)
        by_name = _says(before, ".", "?.") and _says(after, *_ASSIGNS)
        by_text = _says(before, "[") and _says(after, "]") and _says(then, *_ASSIGNS)
        if by_name or by_text:
            return Key(token, problem=f"{_bare(token)} is assigned after the object was made")
        return None


def _says(token: Token | None, *marks: str) -> bool:
    return token is not None and token.kind == "mark" and token.text in marks


def _bare(token: Token) -> str:
    return token.text.strip("'\"")
