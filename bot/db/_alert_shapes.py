"""What goes into the writer of alerts and what comes out. Shapes only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.engine.alerts import AlertEvent


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """One message that was read: its events, or why there are none."""

    hook: int
    source: str
    twin: str
    """Empty for our own: their keys are enough."""
    received_at: datetime
    events: tuple[AlertEvent, ...] = ()
    outcome: str = ""
    """``ignored``, ``unknown`` or ``unreadable``; empty: the events say it."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a batch."""

    outcomes: Mapping[tuple[str, str], int]
    """How many, by source and outcome."""
    opened: bool
    """Whether a group began or came back."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Audited:
    """What the audit log keeps of a change."""

    actor: str
    action: str
    evidence: Mapping[str, str | int | bool] = field(default_factory=dict)
