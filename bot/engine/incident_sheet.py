"""An incident as it is kept, and what a move changes: the rows of one incident in, new rows out. Shapes only.

A move is a pure function from a ``Sheet`` to a ``Change``; the store plays it in one transaction, so that two
people ticking in the same moment are two moves, one after the other, and nothing is half done.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.engine.incident_timeline import Entry
from bot.engine.incidents import Finding, IncidentState, Mark, Sev


@dataclass(frozen=True, kw_only=True, slots=True)
class StepFacts:
    """One step of an incident's playbook, there or not."""

    key: str
    position: int
    """Its place among all steps of the playbook."""
    mark: Mark = Mark.TODO
    by: str = ""
    at: datetime | None = None
    why: str = ""
    remark: str = ""
    owner: str = ""
    since: datetime | None = None
    """Since when it is there; None: not yet."""
    choice: str = ""
    finding: Finding | None = None
    found_at: datetime | None = None
    looking: bool = False
    looks: int = 0
    """How many looks were asked for."""
    run: int | None = None
    starts: int = 0
    """How often an act was started: a part of the key it is started under."""
    trouble: str = ""
    revision: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """One incident without its steps."""

    id: int
    """0 before it is stored."""
    key: str
    playbook: str
    copy: str
    """The playbook as it was when the incident was opened (``playbooks.copies``)."""
    headline: str
    severity: Sev
    opened_by: str
    opened_at: datetime
    channel: str
    state: IncidentState = IncidentState.OPEN
    drill: bool = False
    service: str = ""
    environment: str = ""
    why_opened: str = ""
    roles: Mapping[str, str] = field(default_factory=dict)
    update: str = ""
    update_by: str = ""
    update_at: datetime | None = None
    next_update_at: datetime | None = None
    reminders: int = 0
    """How many reminders were owed."""
    room: str = ""
    room_state: str = ""
    """``wanted``, ``open``, ``closed`` or ``failed``; empty: none is wanted."""
    room_trouble: str = ""
    """Why there is none; of one that is open: who is not in it, and what else it lacks."""
    resolved_by: str = ""
    resolved_at: datetime | None = None
    summary: str = ""
    cause: str = ""
    follow_ups: tuple[str, ...] = ()
    mitigated_at: datetime | None = None
    noisy: int = 0
    openings: int = 1
    pages: int = 1
    """Messages its checklist takes; never fewer again."""
    revision: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """One incident as the database has it."""

    facts: Facts
    steps: Mapping[str, StepFacts]
    """All of its playbook's steps, by key."""


class JobKind(StrEnum):
    """What whoever leads does outside the database, once, also after a crash."""

    LOOK = "look"
    START = "start"
    NOTIFY = "notify"
    """A message to the orchestrator."""
    ROOM = "room"
    CLOSE_ROOM = "close_room"
    TOPIC = "topic"
    """What its channel says it is about, anew."""
    INVITE = "invite"
    """Somebody who came to have a part in it is let into its channel."""
    REPORT = "report"


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """Something to be done; ``key`` makes asking twice one job."""

    key: str
    """Unique among all jobs: ``3:look:redis:2``."""
    kind: JobKind
    step: str = ""
    body: str = ""
    by: str = ""
    due_at: datetime | None = None
    """Not before; None: at once."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Owed:
    """A message the incident owes Slack."""

    key: str
    """Unique among all messages; at most 120 characters: ``incident:3:evidence:redis:2``."""
    kind: str
    """``incident`` (the card), ``incident_page``, or said once: ``incident_said``, ``incident_remind``,
    ``incident_report``."""
    body: str = ""
    """What it says, as JSON of ``bot/engine/incident_notes.py``; a card is drawn from the incident."""
    page: int = 0
    channel: str = ""
    """Empty: where the incident is talked about: its room, else the thread of its card."""
    not_before: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Audited:
    """What goes into the audit log with a change."""

    actor: str
    action: str
    """``incident.tick``."""
    evidence: Mapping[str, str | int | bool] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What a move does. Rows that are not named stay as they are; ``revision`` is the store's to raise."""

    facts: Facts | None = None
    steps: tuple[StepFacts, ...] = ()
    entries: tuple[Entry, ...] = ()
    findings: Mapping[int, Finding] = field(default_factory=dict)
    """By position in ``entries``: the evidence an entry carries."""
    jobs: tuple[Job, ...] = ()
    owed: tuple[Owed, ...] = ()
    alerts: tuple[int, ...] = ()
    """Alerts that belong to it from now on."""
    runs: tuple[int, ...] = ()
    audited: Audited | None = None
    at: datetime | None = None
    """When its turn came; None: as the store was told."""
    drawn_anew: tuple[str, ...] = ()
    """Steps one revision further though nothing of them changed: what people see of them is not so."""
    shown_anew: bool = False
    """Whether people see it anew though nothing of it changed: time has passed."""
    quiet: bool = False
    """Whether nobody has to see it now: its steps are written, and the revision stays. It says nothing."""
