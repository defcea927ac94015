"""An incident as people see it: frozen facts and what can be asked of one. Raw text: renderers escape it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

MOST_NOTE = 4000
"""Characters of a note, an update, a summary."""
MOST_HEADLINE = 150
COMMANDER = "commander"


class IncidentState(StrEnum):
    """Where an incident is."""

    OPEN = "open"
    RESOLVED = "resolved"


class Sev(StrEnum):
    """How bad, worst first."""

    SEV1 = "sev1"
    SEV2 = "sev2"
    SEV3 = "sev3"


class Mark(StrEnum):
    """Where a step is. ``failed``: what was started did not end well; it can be started again, or skipped."""

    TODO = "todo"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


class Status(StrEnum):
    """What a look found."""

    OK = "ok"
    BAD = "bad"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One look's evidence."""

    status: Status
    said: str
    """In a sentence, plain text; for ``unknown`` why."""
    details: tuple[str, ...] = ()
    """More lines for the thread and the report, plain text; at most 20 of 300 characters."""
    url: str = ""
    points_at: str = ""
    """The part that is broken, as its source names it: ``database``, ``redis``; empty: none, or not known."""

    @property
    def in_words(self) -> str:
        """What it says where no mark stands beside it: what is not known is said to be so."""
        return f"Not known: {self.said}" if self.status is Status.UNKNOWN else self.said


@dataclass(frozen=True, kw_only=True, slots=True)
class ChoiceView:
    """One answer of a decision."""

    id: str
    text: str
    suggested: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class IncidentStep:
    """One step that is there, with everything its line shows."""

    key: str
    """Its id in the playbook."""
    kind: str
    """``do``, ``look``, ``decide``, ``act`` or ``tell``."""
    text: str
    mark: Mark
    revision: int
    """Grows with every change of this step."""
    note: str = ""
    """What the playbook says about how."""
    depth: int = 0
    by: str = ""
    """Who brought it where it is: a Slack user id; ``pawdeploy``: by itself."""
    at: datetime | None = None
    why: str = ""
    """Why it was skipped, or taken back."""
    remark: str = ""
    """The newest note somebody left on it."""
    who: tuple[str, ...] = ()
    """Roles of the project file that may; empty: everybody who may work on incidents."""
    owner: str = ""
    """Slack user id of whose it is; empty: nobody's."""
    owner_role: str = ""
    due_at: datetime | None = None
    finding: Finding | None = None
    found_at: datetime | None = None
    looking: bool = False
    """Whether a look is under way."""
    choices: tuple[ChoiceView, ...] = ()
    choice: str = ""
    button: str = ""
    """What an act's button says."""
    starts: str = ""
    """What an act starts: ``rollback``, ``deploy``, ``lock`` or ``workflow``."""
    place: str = ""
    """Where: ``api in production``; what a workflow is called."""
    target_service: str = ""
    """Where an act works, in the project file's names; empty where it is no act, or a workflow."""
    target_environment: str = ""
    target_workflow: str = ""
    run: int | None = None
    """The run it started."""
    run_state: str = ""
    """As ``RunState`` has it, with ``asking`` while people are asked."""
    trouble: str = ""
    """Why something was not started or sent, plain text."""
    told: tuple[str, ...] = ()
    """Whom a message goes to, in words."""
    by_hand: bool = False
    """Whether a person said it is done where pawdeploy would have looked, or sent it, by itself."""

    @property
    def over(self) -> bool:
        """Whether nobody has to do anything about it any more."""
        return self.mark in (Mark.DONE, Mark.SKIPPED)


@dataclass(frozen=True, kw_only=True, slots=True)
class IncidentAlert:
    """An alert that belongs to an incident, as it stands."""

    id: int
    title: str
    place: str
    firing: bool
    state: str
    opened_at: datetime
    first_seen: datetime
    acked_at: datetime | None
    state_at: datetime
    url: str = ""
    channel: str = ""
    ts: str = ""
    """Where its card is; empty: not in Slack."""


@dataclass(frozen=True, kw_only=True, slots=True)
class IncidentRun:
    """A run that belongs to an incident: started by it, or the one that failed."""

    id: int
    what: str
    """``Rollback of api in production``."""
    state: str
    asked_by: str
    at: datetime
    ended_at: datetime | None
    sha: str = ""
    over: bool = False
    why: str = ""
    """Why it did not end well, plain text: in its own words, else its reason; empty: it did, or goes on."""
    asked_at: datetime | None = None
    """When people were asked to agree to it; None where nobody was."""
    agreed: tuple[tuple[str, datetime], ...] = ()
    """Who agreed to it, and when, oldest first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class IncidentView:
    """One incident with everything its card shows. Times are aware UTC."""

    id: int
    playbook: str
    """Its name: ``api-down``."""
    title: str
    """Of the playbook."""
    headline: str
    severity: Sev
    state: IncidentState
    opened_by: str
    """Slack user id; ``pawdeploy``: by itself."""
    opened_at: datetime
    revision: int
    steps: tuple[IncidentStep, ...]
    """Those that are there, in order."""
    nevers: tuple[str, ...] = ()
    roles: tuple[tuple[str, str], ...] = ()
    """Role and Slack user id (empty: nobody yet), the commander first."""
    drill: bool = False
    service: str = ""
    environment: str = ""
    channel: str = ""
    """Where its card is."""
    ts: str = ""
    """Of its card; empty: not in Slack yet."""
    room: str = ""
    """Its own channel; empty: none."""
    room_trouble: str = ""
    """Why it has none; where it has one: who is not in it, and what else it lacks."""
    report_in: str = ""
    """Channel its newest ending's report is in; that of its card: in its thread. Empty: not written yet."""
    why_opened: str = ""
    """What opened it, plain text: ``alert 12``, ``run 7: migration_failed``; empty: a person did."""
    update: str = ""
    """The newest update somebody wrote."""
    update_by: str = ""
    update_at: datetime | None = None
    next_update_at: datetime | None = None
    """When the next update is due; None: nobody is reminded."""
    alerts: tuple[IncidentAlert, ...] = ()
    runs: tuple[IncidentRun, ...] = ()
    resolved_by: str = ""
    resolved_at: datetime | None = None
    summary: str = ""
    cause: str = ""
    follow_ups: tuple[str, ...] = ()
    mitigated_at: datetime | None = None
    """When it stopped hurting, as whoever resolved it said; None: as the alerts say."""
    noisy: int = 0
    """Alerts that still fired when it was resolved."""
    openings: int = 1

    @property
    def open(self) -> bool:
        """Whether it goes on."""
        return self.state is IncidentState.OPEN

    @property
    def commander(self) -> str:
        """Slack user id of who leads it; empty: nobody yet."""
        return dict(self.roles).get(COMMANDER, "")

    @property
    def progress(self) -> tuple[int, int]:
        """How many of the steps that are there are over, and how many there are."""
        return sum(step.over for step in self.steps), len(self.steps)

    def step(self, key: str) -> IncidentStep | None:
        """Return the step called ``key``; None when it is not there (now)."""
        return next((step for step in self.steps if step.key == key), None)

    def elapsed(self, now: datetime) -> timedelta:
        """How long it has gone on, or went on."""
        return (self.resolved_at if not self.open and self.resolved_at else now) - self.opened_at


@dataclass(frozen=True, kw_only=True, slots=True)
class IncidentRow:
    """One incident in a list."""

    id: int
    title: str
    headline: str
    severity: Sev
    state: IncidentState
    drill: bool
    opened_at: datetime
    resolved_at: datetime | None
    commander: str
    progress: tuple[int, int]
    channel: str
    ts: str


@dataclass(frozen=True, kw_only=True, slots=True)
class IncidentList:
    """Incidents as a command lists them, open ones first, newest first."""

    rows: tuple[IncidentRow, ...]
    open: int
    total: int
