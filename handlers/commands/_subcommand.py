"""The shape of a word after ``/pawdeploy``: how it is written, what it takes, what it does."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.web.async_client import AsyncWebClient

from bot.project import Project
from handlers._services import Alerts, Desk, Holds, People
from handlers._words import Option, Words
from handlers.render._blocks import Message

SERVICE = Option("--service", "Which service, when there are several", "NAME")


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Services:
    """What a subcommand may call."""

    desk: Desk
    holds: Holds
    alerts: Alerts
    people: People
    project: Project
    client: AsyncWebClient


Run = Callable[[Asked, Services], Awaitable[Message | None]]
"""Does the work; returns what the person alone is told, or None when a card or a form says it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Subcommand:
    """One row of the table in ``pawdeploy.py``."""

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
