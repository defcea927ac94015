"""An alert as people see it, and what can happen to one. Facts and words only; ``alerting.py`` changes them.

An alert is a group: everything that is told with one fingerprint. Raw text: renderers escape it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

MOST_TEXT = 1000
"""Characters kept of anything a source writes."""
MOST_COUNT = 2**53


class Source(StrEnum):
    """Who told."""

    SENTRY = "sentry"
    HEALTH = "health"
    RAILWAY = "railway"
    EXPO = "expo"
    GITHUB = "github"
    GENERIC = "generic"
    PAWDEPLOY = "pawdeploy"


class Severity(StrEnum):
    """How bad, worst first."""

    CRITICAL = "critical"
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return tuple(Severity).index(self)


class AlertState(StrEnum):
    """Where a group is; for Sentry's issues exactly what Sentry says."""

    FIRING = "firing"
    RESOLVED = "resolved"
    ARCHIVED = "archived"


class Happening(StrEnum):
    """What an event says of its group."""

    FIRED = "fired"
    """It happens: once more, or for the first time."""
    REOPENED = "reopened"
    """It was over and is not: regressed, unresolved, taken out of the archive."""
    ESCALATED = "escalated"
    """It happens much more often than it did."""
    RESOLVED = "resolved"
    ARCHIVED = "archived"
    ASSIGNED = "assigned"
    NOTED = "noted"
    """Something about it changed that opens and ends nothing."""


TELLING = frozenset({Happening.FIRED, Happening.REOPENED, Happening.ESCALATED})
"""What counts as being told that it happens."""

Words = Annotated[str, Field(max_length=MOST_TEXT)]
Count = Annotated[int, Field(ge=0, le=MOST_COUNT)]


class AlertEvent(BaseModel):
    """One thing a source told of one group, in our words. Empty and None: it did not say."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: Source
    fingerprint: Annotated[str, Field(min_length=1, max_length=200)]
    """Names the group: ``sentry:issue:123``, ``health:api:production``."""
    happening: Happening
    at: datetime
    """When it happened by the source's clock, aware; never later than it arrived."""
    title: Words = ""
    culprit: Words = ""
    detail: Words = ""
    service: str = ""
    environment: str = ""
    project: str = ""
    """The vendor's name of where it comes from; routing turns it into a service."""
    severity: Severity | None = None
    release: Words = ""
    url: Words = ""
    issue_id: Annotated[str, Field(max_length=40)] = ""
    """Sentry's number of the issue: then Sentry is asked how it stands."""
    short_id: Annotated[str, Field(max_length=80)] = ""
    substatus: Annotated[str, Field(max_length=60)] = ""
    tags: dict[str, Words] = Field(default={}, max_length=40)
    events: Count | None = None
    users: Count | None = None
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    assignee: Words | None = None
    """Who has it now; empty: nobody."""
    by: Words = ""
    """Who did it, in the source's words."""
    flapping: bool | None = None
    test: bool = False


class ActKind(StrEnum):
    """What can be done at the source."""

    RESOLVE = "resolve"
    ARCHIVE = "archive"
    ASSIGN = "assign"
    REOPEN = "reopen"


RESOLVE_HOWS = ("now", "next", "current")
"""At once, with the next release, with the release that runs now."""
ARCHIVE_HOWS = ("escalating", "3600", "86400", "604800", "forever")
"""Until it escalates, for that many seconds, or for good."""
SNOOZE_SECONDS = (1800, 3600, 14_400, 86_400)


class ActState(StrEnum):
    """Where an act is. ``moot``: the source had changed meanwhile, so nothing was done."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"
    MOOT = "moot"


@dataclass(frozen=True, kw_only=True, slots=True)
class ActRequest:
    """What somebody pressed. ``key`` names the delivery: the same key is the same act."""

    key: str
    alert: int
    kind: ActKind
    how: str
    """One of the ``…_HOWS``; for assigning a Slack user id, empty for nobody."""
    by: str
    """Slack user id."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ActView:
    """The newest act on an alert."""

    id: int
    kind: ActKind
    how: str
    by: str
    at: datetime
    state: ActState
    trouble: str
    """What was not done and why, plain text; empty while all is well."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Introduced:
    """The run that brought it."""

    run: int
    attempt: int
    sha: str
    how: str
    """``release``: it was first seen in that release; ``first_seen`` or ``time``: it began right after."""
    live: bool
    """Whether that run's commit is the newest that shipped there, so that going back takes it away."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertView:
    """One alert with everything its card shows. Times are aware UTC."""

    id: int
    fingerprint: str
    source: Source
    service: str
    """Empty: no service of the project file."""
    environment: str
    project: str
    severity: Severity
    title: str
    state: AlertState
    state_at: datetime
    first_seen: datetime
    last_seen: datetime
    opened_at: datetime
    revision: int
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
    """Slack user id, the source's words, or ``UNTOLD``; empty: by itself."""
    times: int = 0
    """How often it was told; ``events`` is what the source counts, None when unknown."""
    events: int | None = None
    users: int | None = None
    openings: int = 1
    flapping: bool = False
    test: bool = False
    acked_by: str = ""
    acked_at: datetime | None = None
    assignee: str = ""
    assignee_user: str = ""
    snoozed_until: datetime | None = None
    snoozed_by: str = ""
    archived_until: datetime | None = None
    archived_how: str = ""
    """One of ``ARCHIVE_HOWS``, or ``OVER``; empty: unknown."""
    introduced: Introduced | None = None
    suspect: str = ""
    """The commit Sentry suspects and its author, plain text."""
    playbook: str = ""
    incident: str = ""
    channel: str = ""
    mention: tuple[str, ...] = ()
    """Roles to mention."""
    quiet: bool = False
    storm: int | None = None
    """The storm it joined."""
    storm_ended_at: datetime | None = None
    """None while that storm goes on."""
    stale: bool = False
    doubts: int = 0
    """How often something was told that only the source can settle."""
    act: ActView | None = None
    misdirected: str = ""
    """``C0CHANNEL01 is_archived``: the channel it was meant for and why it is not there."""
    spark: tuple[int, ...] = ()
    """Events in equal stretches of the last day, oldest first."""

    @property
    def firing(self) -> bool:
        """Whether it goes on."""
        return self.state is AlertState.FIRING

    def snoozed(self, now: datetime) -> bool:
        """Say whether it is to keep quiet ``now``."""
        return self.snoozed_until is not None and now < self.snoozed_until

    @property
    def time_to_acknowledge(self) -> timedelta | None:
        """How long it was open before somebody said that they look at it."""
        return None if self.acked_at is None else self.acked_at - self.opened_at


@dataclass(frozen=True, kw_only=True, slots=True)
class MuteView:
    """A service nobody wants to hear of for a while."""

    id: int
    service: str
    environment: str
    """Empty: everywhere."""
    by: str
    since: datetime
    until: datetime
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertList:
    """Alerts as a command lists them, newest first."""

    alerts: tuple[AlertView, ...]
    total: int
    """All of them; ``alerts`` may be fewer."""
    mutes: tuple[MuteView, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class StormView:
    """Many groups at once, on one card."""

    id: int
    channel: str
    began_at: datetime
    last_at: datetime
    ended_at: datetime | None
    revision: int
    groups: int
    told: int
    """How often all of them together were told."""
    firing: int
    worst: tuple[AlertView, ...]
    """The worst few, worst first: those that fire, the most severe, the most often told."""
