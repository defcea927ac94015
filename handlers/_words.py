"""Turn what a person typed after a command into words and options, without a shell. Knows no environments.

Phones and Slack's editor help along: ``--again`` becomes an em dash, quotes are curled, names capitalised.
"""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.engine.reasons import Reason
from bot.errors import UserError
from handlers.render._text import code, listed

MAX_TEXT = 500
"""Characters after the command; the longest sensible line is half of it."""
_DASHES = "-–—‒―−"  # noqa: RUF001 - the dashes editors put in place of two hyphens
_QUOTES = "\"'“”„‟‘’‚‛«»‹›`"  # noqa: RUF001 - the quotes editors put in place of straight ones
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
"""Slack sends these three escaped in a command's text."""


@dataclass(frozen=True, slots=True)
class Option:
    """One option: ``--service NAME`` when ``takes`` names its value, else a switch."""

    name: str
    summary: str
    takes: str = ""

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


def split(text: str) -> tuple[str, ...]:
    """Cut ``text`` at white space, each piece freed of quotes; raise ``UserError`` (``too_long``)."""
    if len(text) > MAX_TEXT:
        msg = (
            f"That is {len(text):,} characters; a command has at most {MAX_TEXT}. "
            "`/pawdeploy help` shows what to type."
        )
        raise UserError(msg, reason=Reason.TOO_LONG)
    for entity, char in _ENTITIES:
        text = text.replace(entity, char)
    # quotes with nothing between them stay, to be refused: dropping them would ship a guess
    return tuple(_tidy(piece) or piece for piece in text.split() if piece.strip(_INVISIBLE))


def parse(pieces: Sequence[str], known: Sequence[Option], *, most: int, usage: str) -> Words:
    """Sort ``pieces`` into at most ``most`` words and the ``known`` options; raise ``UserError``."""
    words: list[str] = []
    options: dict[str, str] = {}
    rest = list(pieces)
    while rest:
        piece = rest.pop(0)
        if not piece.startswith("-") or not piece.strip("-"):
            words.append(piece)
            continue
        name, equals, value = piece.partition("=")
        option = _option(name.lower(), known, usage)
        if option.takes and not equals:
            value = rest.pop(0) if rest and not rest[0].startswith("-") else ""
        value = _unquote(value)
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
    bare = _unquote(piece)
    body = bare.lstrip(_DASHES)
    head = bare[: len(bare) - len(body)]
    return f"--{body}" if body and head.strip("-") else bare
