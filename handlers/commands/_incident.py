"""What the words after ``/pawincident`` share: the incident meant, people named, sentences.

``note 3 the pods restart`` is about incident 3, ``note the pods restart`` about the one of this channel.
"""

import re
from typing import Final

from bot.engine.incidents import MOST_NOTE, IncidentView, Sev
from bot.engine.reasons import Reason
from bot.errors import UserError
from handlers._words import head, nearest, seen
from handlers.commands._subcommand import Asked, Services
from handlers.render._blocks import Message
from handlers.render._text import code, first_few, listed
from handlers.render.notices import render_notice

NAME: Final = "/pawincident"
_NUMBER = re.compile(r"#?([0-9]{1,15})", re.ASCII)
_MENTION = re.compile(r"<@([UW][A-Z0-9]{2,20})(?:\|[^<>]*)?>", re.ASCII)


async def meant(asked: Asked, services: Services, usage: str) -> tuple[IncidentView, str]:
    """Return the incident meant, and what follows its number, as Slack sent it; raise ``UserError``."""
    number, rest = _numbered(asked)
    if number is not None:
        return await services.incidents.incident(number), rest
    return await services.incidents.here(asked.channel, line=usage), rest


def _numbered(asked: Asked) -> tuple[int | None, str]:
    """Return the number that was typed first, None where none was, and what follows."""
    word, rest = head(asked.typed) if asked.typed[:1] in "#0123456789" else ("", "")
    found = _NUMBER.fullmatch(word)
    return (int(found[1]), rest) if found else (None, asked.typed)


def nothing_more(rest: str, usage: str) -> None:
    """Return when nothing is left of what was typed; else raise ``UserError`` (``unknown_word``)."""
    if rest.strip():
        msg = f"That is more than I understand here. The whole line: `{usage}`. Nothing was changed."
        raise UserError(msg, reason=Reason.UNKNOWN_WORD)


def sentence(text: str, usage: str, reason: Reason = Reason.UNKNOWN_WORD) -> str:
    """Return words as they were typed, for they are kept raw; raise ``UserError`` for none, or too many."""
    words = seen(text).strip()
    if not any(char.isalnum() for char in words):
        msg = f"Say it in a few words. The whole line: `{usage}`. Nothing was changed."
        raise UserError(msg, reason=reason)
    if len(words) > MOST_NOTE:
        msg = f"That is {len(words):,} characters; {MOST_NOTE:,} are the most. Nothing was changed."
        raise UserError(msg, reason=Reason.TOO_LONG)
    return words


def somebody(word: str, user: str, usage: str) -> str:
    """Return the Slack user a word names: a mention as Slack sends it, or ``me``; raise ``UserError``."""
    if word.lower() == "me":
        return user
    if found := _MENTION.fullmatch(word):
        return found[1]
    msg = (
        "Who? Write `me`, or `@` and choose somebody from Slack's list. "
        f"The whole line: `{usage}`. Nothing was changed."
    )
    raise UserError(msg, reason=Reason.UNKNOWN_WORD)


def said(incident: IncidentView, asked: Asked, words: str, *, free: bool = False) -> Message | None:
    """Say it to whoever asked from elsewhere; where the incident is worked on, its card says it.

    ``free``: a sentence followed, and a number at its beginning may have been a word of it: that is always
    answered, so that nobody's words go where they were not meant to.
    """
    number, rest = _numbered(asked)
    if free and number is not None and not incident.open:
        again = code(f"{NAME} note N {number} {' '.join(seen(rest).split())}", 60)
        words += (
            f" It is over: {number} was read as its number. Where that was one of your words, type the "
            f"number of the incident you mean, here N, before it: {again}."
        )
    elif asked.channel in (incident.channel, incident.room) and not (free and number is not None):
        return None
    return render_notice(f"{words} Its card is in <#{incident.channel}>." if incident.channel else words)


def read_severity(word: str, usage: str) -> Sev:
    """Return the severity a word names; raise ``UserError`` (``unknown_word``)."""
    found = next((severity for severity in Sev if severity.value == word.lower()), None)
    if found is None:
        known = listed([f"`{severity.value}`" for severity in Sev], "or")
        msg = f"How bad: {known}, the worst first? The whole line: `{usage}`. Nothing was changed."
        raise UserError(msg, reason=Reason.UNKNOWN_WORD)
    return found


def find_playbook(services: Services, typed: str) -> str:
    """Return a playbook's name; raise ``UserError`` (``unknown_playbook``) with the nearest."""
    names = tuple(services.incidents.playbooks())
    word = typed.lower()
    if word in names:
        return word
    close = nearest(word, names)
    hint = f"Did you mean `{close}`? " if close else ""
    there = (
        f"There is {listed(first_few([code(name, 40) for name in names], 12))}."
        if names
        else "There is none yet."
    )
    msg = f"There is no playbook {code(typed, 60)}. {hint}{there} `{NAME} open` offers all in a form."
    raise UserError(msg, reason=Reason.UNKNOWN_PLAYBOOK)
