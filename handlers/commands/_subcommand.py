"""The shape of a word after a slash command: how it is written, what it takes, what it does."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.web.async_client import AsyncWebClient

from bot.engine.reasons import Reason
from bot.errors import UserError
from bot.project import Project
from handlers._app_services import Apps, Releases, Updates
from handlers._services import Alerts, Desk, Holds, Incidents, People
from handlers._words import Option, Words, nearest
from handlers.render._blocks import Message
from handlers.render._text import code

SERVICE = Option("--service", "Which service, when there are several", "NAME")
APP = Option("--app", "Which app, when there are several", "NAME")


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One command as one person typed it."""

    words: Words
    """After the first word; for a deploy the environment is word 0."""
    user: str
    channel: str
    trigger: str
    """Opens a form, once, within three seconds."""
    delivery: str
    now: datetime
    rest: tuple[str, ...] = ()
    """What follows the first of the row's ``rest_from`` words, that word included: free text."""
    typed: str = ""
    """Everything that belongs to the row as Slack sent it, escaped; ``handlers/_words.py`` reads it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Services:
    """What a subcommand may call."""

    desk: Desk
    holds: Holds
    alerts: Alerts
    incidents: Incidents
    updates: Updates
    releases: Releases
    apps: Apps
    people: People
    project: Project
    client: AsyncWebClient


Run = Callable[[Asked, Services], Awaitable[Message | None]]
"""Does the work; returns what the person alone is told, or None when a card or a form says it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Subcommand:
    """One row of a command's table: ``pawdeploy.py``, ``pawincident.py``."""

    name: str
    """The first word; empty for the bare command; ``ENVIRONMENT`` stands for any environment's name."""
    usage: str
    summary: str
    run: Run
    options: tuple[Option, ...] = ()
    most: int = 0
    """Words it takes at most, the first not counted."""
    rest_from: frozenset[str] = frozenset()
    """Words from which on nothing is a word or an option any more: ``because``, ``until``."""
    whole: bool = False
    """Whether the first word is one of its own words: an environment's name."""
    free: bool = False
    """Whether it reads ``Asked.typed`` by itself, because people write sentences there."""


def row_of(
    first: str, rows: Mapping[str, Subcommand], bare: Subcommand, *, command: str, otherwise: str
) -> Subcommand:
    """Return the row for a first word, ``bare`` for none; ``otherwise``: what helps where none is near.

    Raises:
        UserError: ``unknown_word``, naming the nearest right one.

    """
    word = first.lower()
    if not word:
        return bare
    if word in rows:
        return rows[word]
    close = nearest(word, rows)
    hint = f"Did you mean `{command} {close}`?" if close else otherwise
    msg = f"I don't know {code(first, 60)}. {hint} `{command} help` lists everything."
    raise UserError(msg, reason=Reason.UNKNOWN_WORD)
