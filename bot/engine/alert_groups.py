"""A group of alerts as it is decided on, and what a change of one comes to. Shapes only."""

import re
from dataclasses import dataclass
from datetime import datetime

from bot.engine.alert_notes import AlertNote
from bot.engine.alerts import AlertState, Severity, Source

OVER = "over"
"""Says of an archive for a time: it ended meanwhile, so when that time is over nothing comes back."""
UNTOLD = "untold"
"""Who moved an alert when all we know is how it stands at Sentry now."""
_PERSON = re.compile(r"[UW][A-Z0-9]{2,20}")


def is_person(by: str) -> bool:
    """Say whether whoever moved an alert is one of us: a Slack user id, not a source's words."""
    return _PERSON.fullmatch(by) is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """What is decided on; named as the columns of ``alerts``."""

    fingerprint: str
    source: Source
    state: AlertState
    state_at: datetime
    first_seen: datetime
    last_seen: datetime
    opened_at: datetime
    severity: Severity
    service: str = ""
    environment: str = ""
    project: str = ""
    title: str = ""
    culprit: str = ""
    detail: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    url: str = ""
    issue_id: str = ""
    short_id: str = ""
    release: str = ""
    first_release: str = ""
    substatus: str = ""
    state_by: str = ""
    times: int = 0
    events: int | None = None
    users: int | None = None
    openings: int = 1
    flapping: bool = False
    test: bool = False
    acked_by: str = ""
    acked_at: datetime | None = None
    assignee: str = ""
    snoozed_until: datetime | None = None
    snoozed_by: str = ""
    archived_until: datetime | None = None
    archived_how: str = ""
    introduced_how: str = ""
    stale: bool = False
    doubts: int = 0
    """How often something was told that only the source can settle."""
    synced_at: datetime | None = None
    spark: tuple[int, ...] = ()

    @property
    def settled_at(self) -> datetime:
        """What is told and is newer than this was not known when it came to stand as it does.

        By the source's clock, which may be behind ours: where one of us moved it, what had been told by then.
        """
        return self.last_seen if is_person(self.state_by) else self.state_at

    @property
    def firing(self) -> bool:
        """Whether it goes on."""
        return self.state is AlertState.FIRING


@dataclass(frozen=True, slots=True)
class Fold:
    """A group after an event. ``urgent``: more than a count changed; ``note``: what its thread is told."""

    group: Group
    urgent: bool = False
    note: AlertNote | None = None
