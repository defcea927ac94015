"""Turn what a person typed after a command into words and options, without a shell. Knows no environments.

Phones and Slack's editor help along: ``--again`` becomes an em dash, quotes are curled, names capitalised.
"""

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from bot.engine.reasons import Reason
from bot.errors import UserError
from handlers.render._text import code, listed

MAX_TEXT = 500
"""Characters after the command; the longest sensible line is half of it."""
_DASHES = "-–—‒―−"  # noqa: RUF001 - the dashes editors put in place of two hyphens
_QUOTES = "\"'“”„‟‘’‚‛«»‹›`"  # noqa: RUF001 - the quotes editors put in place of straight ones
_PAIRED = ('"“”„‟«»', "'‘’‚‛‹›")  # noqa: RUF001 - the same, by what may close what
"""Quotes that keep spaces together; a back quote does not."""
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"
_BLANK = re.compile(rf"^[\s{_INVISIBLE}]+|[\s{_INVISIBLE}]+$")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
"""Slack sends these three escaped in a command's text."""
_MARKED = re.compile(
    r"<((?:@[UW]|#[CDG])[A-Z0-9]+|![a-z][^<>|]*|[a-z][a-z0-9+.-]*:[^<>|]*)(?:\|([^<>]*))?>", re.ASCII
)
"""A mention or a link, as Slack writes it for commands with ``should_escape``; typed brackets are escaped."""


@dataclass(frozen=True, slots=True)
class Option:
    """One option: ``--service NAME`` when ``takes`` names its value, else a switch."""

    name: str
    summary: str
    takes: str = ""

    @property
    def why(self) -> bool:
        """Whether its value is a reason in words, as its quotes say: leaving it out is ``no_reason``."""
        return self.takes.startswith('"')

    @property
    def usage(self) -> str:
        """How it is written: ``--service NAME``."""
        return f"{self.name} {self.takes}".strip()


@dataclass(frozen=True, slots=True)
class Words:
    """What was typed, sorted: words in order, options by name (a switch holds an empty text)."""

    words: tuple[str, ...] = ()
    options: dict[str, str] = field(default_factory=dict)

    def at(self, place: int) -> str:
        """Return the word at ``place``, or an empty text."""
        return self.words[place] if place < len(self.words) else ""


class Quoted(str):
    """A piece that stood in quotes: a word or a value as it is, never an option."""

    __slots__ = ()


def raw(text: str) -> str:
    """Return what somebody typed, from how Slack sends it: ``&lt;`` is ``<``. To be done once."""
    for entity, char in _ENTITIES:
        text = text.replace(entity, char)
    return text


def seen(text: str) -> str:
    """Return what somebody typed as they saw it, where the manifest says ``should_escape``. To be done once.

    Besides what ``raw`` does, ``<@U0ANNREQ001|ann>`` is ``@ann``, ``<https://status.test|status.test>`` its
    address (https://docs.slack.dev/interactivity/implementing-slash-commands).
    """
    return raw(_MARKED.sub(_as_seen, text))


def _as_seen(found: re.Match[str]) -> str:
    what, label = found[1], found[2] or ""
    match what[0]:
        case "@" | "#" as kind:
            return kind + (label or what[1:])
        case "!":
            return label or f"@{what[1:]}"
        case _:
            return label if label and what.startswith(("mailto:", "tel:")) else what


def fits(text: str, most: int, help: str) -> None:
    """Return when ``text`` is short enough; else raise ``UserError`` (``too_long``)."""
    if len(text) > most:
        msg = (
            f"That is {len(text):,} characters; a command has at most {most:,}. `{help}` shows what to type."
        )
        raise UserError(msg, reason=Reason.TOO_LONG)


def head(text: str, read: Callable[[str], str] = raw) -> tuple[str, str]:
    """Return the first word of what Slack sent, as typed, and what follows it, untouched."""
    left = _BLANK.sub("", text)
    if not left:
        return "", ""
    piece, rest = _first(left)
    return read(piece), _BLANK.sub("", rest)


def split(text: str) -> tuple[str, ...]:
    """Cut ``text``, as somebody typed it, at white space outside quotes, each piece freed of its quotes.

    Raises:
        UserError: ``unknown_word`` for a quote without its other half.

    """
    pieces: list[str] = []
    rest = _BLANK.sub("", text)
    while rest:
        piece, rest = _first(rest)
        pieces.append(piece)
        rest = _BLANK.sub("", rest)
    return tuple(pieces)


def _first(rest: str) -> tuple[str, str]:
    """Return the first piece of ``rest`` and what follows it."""
    end = next((place for place, char in enumerate(rest) if char.isspace()), len(rest))
    word = rest[:end]
    option, equals, value = word.partition("=")
    opens = len(option) + 1 if equals and value and option[:1] in _DASHES else 0
    for kind in _PAIRED:
        if rest[opens : opens + 1] in set(kind):
            closes = _closing(rest, opens + 1, kind)
            if closes < 0:
                raise _half_a_quote(rest[opens:])
            inner = _BLANK.sub("", rest[opens + 1 : closes])
            if opens:
                return f"{_tidy(option)}={inner}", rest[closes + 1 :]
            # quotes with nothing between them stay, to be refused: dropping them would ship a guess
            return (Quoted(inner) if inner else rest[: closes + 1]), rest[closes + 1 :]
    if word[-1] in _PAIRED[0]:
        raise _half_a_quote(word)
    return _tidy(word) or word, rest[end:]


def _closing(text: str, start: int, kind: str) -> int:
    """Return where a quote of ``kind`` ends a word, so that the one in ``can't`` closes nothing; or -1."""
    for place in range(start, len(text)):
        after = text[place + 1 : place + 2]
        if text[place] in kind and (not after or after.isspace() or after in _INVISIBLE):
            return place
    return -1


def _half_a_quote(text: str) -> UserError:
    msg = f"A quote is open or closed only once: {code(text, 60)}. Put one before and one after the words."
    return UserError(msg, reason=Reason.UNKNOWN_WORD)


def parse(pieces: Sequence[str], known: Sequence[Option], *, most: int, usage: str) -> Words:
    """Sort ``pieces`` into at most ``most`` words and the ``known`` options; raise ``UserError``."""
    words: list[str] = []
    options: dict[str, str] = {}
    rest = list(pieces)
    while rest:
        piece = rest.pop(0)
        if isinstance(piece, Quoted) or not piece.startswith("-") or not piece.strip("-"):
            words.append(piece)
            continue
        name, equals, value = piece.partition("=")
        option = _option(name.lower(), known, usage)
        if option.takes and not equals:
            free = rest and (isinstance(rest[0], Quoted) or not rest[0].startswith("-"))
            value = rest.pop(0) if free else ""
        value = value if isinstance(value, Quoted) else _unquote(value)
        if option.why and not value:
            msg = f"`{option.name}` needs a reason: `{option.usage}`. Everybody will read it on the card."
            raise UserError(msg, reason=Reason.NO_REASON)
        if bool(option.takes) != bool(value):
            wants = (
                f"needs a value: `{option.usage}`"
                if option.takes
                else f"takes no value: just `{option.name}`"
            )
            msg = f"`{option.name}` {wants}. The whole line: `{usage}`."
            raise UserError(msg, reason=Reason.UNKNOWN_OPTION)
        options[option.name] = value
    if len(words) > most:
        msg = f"I don't know what to do with {code(words[most], 60)}. The whole line: `{usage}`."
        raise UserError(msg, reason=Reason.UNKNOWN_WORD)
    return Words(tuple(words), options)


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word closest to a misspelt one; empty when none is close."""
    return next(iter(difflib.get_close_matches(word.lower(), list(known), n=1, cutoff=0.5)), "")


def _option(name: str, known: Sequence[Option], usage: str) -> Option:
    if found := next((option for option in known if option.name == name), None):
        return found
    names = [option.name for option in known]
    if close := nearest(name, names):
        hint = f"Did you mean `{close}`?"
    elif names:
        hint = f"There is {listed([f'`{each}`' for each in names])}."
    else:
        hint = "This command takes none."
    msg = f"I don't know the option {code(name, 60)}. {hint} The whole line: `{usage}`."
    raise UserError(msg, reason=Reason.UNKNOWN_OPTION)


def _unquote(piece: str) -> str:
    return piece.strip(_INVISIBLE).strip(_QUOTES).strip(_INVISIBLE)


def _tidy(piece: str) -> str:
    """Free a piece of quotes and give an option its two hyphens back."""
    bare = _unquote(piece)
    body = bare.lstrip(_DASHES)
    head = bare[: len(bare) - len(body)]
    return f"--{body}" if body and head.strip("-") else bare
