"""An incident's timeline, line by line, and everything its report is made of. Shapes only."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.engine.incidents import Finding, IncidentView


class EntryKind(StrEnum):
    """What an entry of the timeline is about."""

    OPENED = "opened"
    TICK = "tick"
    UNTICK = "untick"
    SKIP = "skip"
    DECIDED = "decided"
    EVIDENCE = "evidence"
    ACT = "act"
    RUN = "run"
    TOLD = "told"
    NOTE = "note"
    UPDATE = "update"
    MESSAGE = "message"
    ROLE = "role"
    OWNER = "owner"
    SEVERITY = "severity"
    ALERT = "alert"
    ROOM = "room"
    REMINDER = "reminder"
    JOINED = "joined"
    RESOLVED = "resolved"
    REOPENED = "reopened"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One line of the timeline."""

    at: datetime
    """When it happened."""
    kind: EntryKind
    text: str
    """Plain text, raw."""
    by: str = ""
    """Slack user id; empty: by itself."""
    step: str = ""
    url: str = ""
    key: str = ""
    """Within its incident: the same twice is one entry; empty: always a new one."""
    said_at: datetime | None = None
    """When it was noted, where that was later."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """Everything about one incident: what its report is made of."""

    incident: IncidentView
    entries: tuple[Entry, ...]
    """In the order in which they happened."""
    evidence: tuple[tuple[str, Finding, datetime], ...] = field(default=())
    """Every look's finding that was news: step text, finding, when."""


def answered(question: str, answer: str) -> str:
    """Put what was found after what was asked."""
    return f"{question} {answer}" if question.endswith((".", "?", "!")) else f"{question}: {answer}"
