"""Cuts JavaScript and TypeScript into tokens: strings, comments, templates and regular expressions apart.

Just enough to know what is code and what only looks like it. What it cannot tell apart for sure it refuses.
(https://tc39.es/ecma262/#sec-ecmascript-language-lexical-grammar)
"""

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["name", "string", "template", "regex", "mark", "comment"]

_SPACE = re.compile(r"[\s\ufeff]+")
_NAME = re.compile(r"[\w$]+")
_LINE_COMMENT = re.compile(r"(//|\A#!)[^\n\r\u2028\u2029]*")
_BLOCK_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_STRINGS = {
    "'": re.compile(r"'(?:[^'\\\n\r]|\\(?:\r\n|[\s\S]))*'"),
    '"': re.compile(r'"(?:[^"\\\n\r]|\\(?:\r\n|[\s\S]))*"'),
}
_TEMPLATE = re.compile(r"(?:[^`\\$]|\\[\s\S]|\$(?!\{))*")
_REGEX = re.compile(r"/(?:[^/\\\[\n\r]|\\[^\n\r]|\[(?:[^\]\\\n\r]|\\[^\n\r])*\])+/\w*")
_MARK = re.compile(
    r"\.\.\.|=>|===?|!==?|[<>]=|\?\.(?!\d)|\?\?=?|\|\|=?|&&=?|\+\+|--|[-+*/%&|^]=|[-+*/%&|^~!<>=?:;,.()\[\]{}@]"
)
_BEFORE_VALUE = frozenset(
    {"return", "typeof", "case", "in", "of", "default", "void", "delete", "await", "yield"}
)
"""Words after which a value begins, so a slash begins a regular expression."""
_ESCAPE = re.compile(
    r"\\(?:u\{([0-9a-fA-F]{1,8})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(?:\r\n|[\n\r])|([\s\S]))"
)
_LAST_CHARACTER = 0x10FFFF
_NEWLINE = re.compile(r"\r\n|[\n\r]")
_MATCHING = {")": "(", "]": "[", "}": "{"}


class UnreadableError(Exception):
    """What stands there cannot be read for sure. ``line`` counts from 1; 0: of the whole file."""

    def __init__(self, what: str, line: int = 0) -> None:
        super().__init__(f"line {line}: {what}" if line else what)
        self.what = what
        self.line = line


@dataclass(frozen=True, slots=True)
class Token:
    """One token; ``at`` is where it begins."""

    kind: Kind
    text: str
    at: int

    def names(self, word: str) -> bool:
        """Say whether it is ``word``, bare or in quotes: a key of an object can be either."""
        return (self.kind == "name" and self.text == word) or (
            self.kind == "string" and _ESCAPE.sub(_unescaped, self.text[1:-1]) == word
        )


def _unescaped(found: re.Match[str]) -> str:
    code = found[1] or found[2] or found[3]
    number = int(code, 16) if code else 0
    return chr(number) if code and number <= _LAST_CHARACTER else found[4] or ""


def line_of(text: str, at: int) -> int:
    """Return the line of a place, from 1."""
    return len(_NEWLINE.findall(text, 0, at)) + 1


def tokens(text: str) -> list[Token]:
    """Return all tokens, comments among them; brackets are balanced.

    Templates come in pieces: text, ``${``, what stands in it, ``}``, text.

    Raises:
        UnreadableError: at what does not end, does not close, or may be one thing or another.

    """
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._found: list[Token] = []
        self._last: Token | None = None
        """The last one that is no comment."""
        self._open: list[Token] = []

    def read(self) -> list[Token]:
        """Read to the end."""
        while self._at < len(self._text):
            if space := _SPACE.match(self._text, self._at):
                self._at = space.end()
            elif (char := self._text[self._at]) in _STRINGS:
                self._take("string", _STRINGS[char], "a string does not end on its line")
            elif char == "`":
                self._template(begins=True)
            elif comment := _LINE_COMMENT.match(self._text, self._at):
                self._found.append(Token("comment", comment[0], self._at))
                self._at = comment.end()
            elif self._text.startswith("/*", self._at):
                self._take("comment", _BLOCK_COMMENT, "a comment does not end")
            elif char == "/" and self._begins_value():
                self._take("regex", _REGEX, "a slash is neither a division nor a regular expression")
            elif _NAME.match(self._text, self._at):
                self._take("name", _NAME, "")
            else:
                self._mark()
        if self._open:
            what = f"{self._open[-1].text} is never closed"
            raise self._unreadable(what, self._open[-1].at)
        return self._found

    def _take(self, kind: Kind, pattern: re.Pattern[str], otherwise: str) -> None:
        found = pattern.match(self._text, self._at)
        if found is None:
            raise self._unreadable(otherwise, self._at)
        self._add(Token(kind, found[0], self._at))

    def _add(self, token: Token) -> None:
        self._found.append(token)
        self._at += len(token.text)
        if token.kind != "comment":
            self._last = token

    def _mark(self) -> None:
        found = _MARK.match(self._text, self._at)
        if found is None:
            what = f"{self._text[self._at]!r} does not belong here"
            raise self._unreadable(what, self._at)
        token = Token("mark", found[0], self._at)
        self._add(token)
        if token.text in _MATCHING.values():
            self._open.append(token)
        elif token.text in _MATCHING:
            opened = self._open.pop() if self._open else None
            if opened is None or opened.text.lstrip("$") != _MATCHING[token.text]:
                what = f"{token.text} closes nothing"
                raise self._unreadable(what, token.at)
            if opened.text == "${":
                self._template()

    def _template(self, *, begins: bool = False) -> None:
        """Read on in a template, to its end or to where code stands in it."""
        begin = self._at
        found = _TEMPLATE.match(self._text, begin + begins)
        end = found.end() if found else begin
        if self._text.startswith("`", end):
            self._add(Token("template", self._text[begin : end + 1], begin))
        elif self._text.startswith("${", end):
            self._add(Token("template", self._text[begin:end], begin))
            opened = Token("mark", "${", end)
            self._add(opened)
            self._open.append(opened)
        else:
            raise self._unreadable("a template string does not end", begin)

    def _begins_value(self) -> bool:
        """Say whether a slash here begins a regular expression; refuse where only a parser could tell."""
        last = self._last
        if last is None:
            return True
        if last.kind == "name":
            return last.text in _BEFORE_VALUE
        if last.kind != "mark":
            return False
        if last.text in (")", "}", "++", "--"):
            what = "a slash may be a division or a regular expression"
            raise self._unreadable(what, self._at)
        return last.text != "]"

    def _unreadable(self, what: str, at: int) -> UnreadableError:
        return UnreadableError(what, line_of(self._text, at))
