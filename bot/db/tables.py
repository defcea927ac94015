"""What people see and decide on. Where execution stands is DBOS's business, in its own tables."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index
from sqlmodel import Field, SQLModel

from bot.db.columns import text, when


class Run(SQLModel, table=True):
    """One deploy run. ``key`` is the delivery that asked for it: the same delivery never makes two."""

    __tablename__ = "runs"
    __table_args__ = (Index("runs_by_lane", "service", "environment", "state"),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=120)
    service: str
    environment: str
    ref: str = Field(sa_column=text())
    again: bool = False
    requested_by: str
    requested_at: datetime = Field(sa_column=when(nullable=False))
    state: str
    attempt: int = 1
    starts: int = 1
    """How often a workflow was started for this attempt; more than 1 only after one was lost."""
    revision: int = 1
    sha: str = ""
    commit_title: str = Field(default="", sa_column=text())
    commit_author: str = Field(default="", sa_column=text())
    commit_url: str = ""
    previous_sha: str = ""
    deployment_id: str = ""
    vendor_page: str = ""
    github_deployment: int | None = Field(default=None, sa_column=Column(BigInteger()))
    environment_url: str = ""
    reason: str = ""
    detail: str = Field(default="", sa_column=text())
    not_done: str = Field(default="", sa_column=text())
    live: str = Field(default="", sa_column=text())
    line_at: datetime | None = Field(default=None, sa_column=when())
    """When the run entered its environment's line."""
    ended_at: datetime | None = Field(default=None, sa_column=when())
    cancelled_by: str = ""
    kind: str = "deploy"
    automatic: bool = False
    parent_id: int | None = None
    target_run: int | None = None
    restore_id: str = ""
    emergency: str = Field(default="", sa_column=text())
    override: str = Field(default="", sa_column=text())
    override_by: str = ""
    config_digest: str = ""
    binding: str = ""
    """What people are asked to agree to now; empty while nobody is asked."""
    round: int = 0
    quorum: int = 0
    asked_at: datetime | None = Field(default=None, sa_column=when())
    expires_at: datetime | None = Field(default=None, sa_column=when())
    asked_revision: int = 0
    """From this revision on the card shows the present binding."""
    listening: bool = False
    """Whether reactions count: the card with this binding is in Slack, and what was on it before is noted."""
    barred: str = ""
    """User ids, space-separated."""
    changes: str = Field(default="", sa_column=text())
    watch: str = Field(default="", sa_column=text())
    kept_by: str = ""
    why: str = Field(default="", sa_column=text())
    """Why the workflow is started, as typed."""
    workflow: str = Field(default="", sa_column=text())
    """What the workflow this run starts is called for people; empty for deploys and ways back."""
    workflow_name: str = Field(default="", sa_column=text())
    """Its name in the project file."""
    workflow_file: str = Field(default="", sa_column=text())
    inputs: str = Field(default="", sa_column=text())
    """What is sent along: a JSON object of texts, sorted."""
    mobile: str = Field(default="", sa_column=text())
    """What a run of an app knows beside the commit, as JSON, by kind."""
    promoted: int = 0
    promoted_by: str = ""


class Voice(SQLModel, table=True):
    """What one person says to one run now; how it came to be is in the audit log."""

    __tablename__ = "voices"

    run_id: int = Field(primary_key=True, foreign_key="runs.id")
    user_id: str = Field(primary_key=True)
    binding: str = ""
    """What it was said to."""
    voice: str = "none"
    """``approve``, ``reject`` or ``none``."""
    via: str = ""
    """``button`` or ``reaction``."""
    reacted: str = "none"
    """What this person's reactions on the card said when they were last read."""
    at: datetime = Field(sa_column=when(nullable=False))
    reason: str = Field(default="", sa_column=text())


class Hold(SQLModel, table=True):
    """A lock or a freeze. It blocks while ``ended_at`` is empty and ``until`` has not come."""

    __tablename__ = "holds"
    __table_args__ = (Index("holds_open", "environment", "ended_at"),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=120)
    kind: str
    """``lock`` or ``freeze``."""
    service: str = ""
    """Empty: every service of the environment."""
    environment: str
    by: str
    """Slack user id, or ``pawdeploy`` after a rollback."""
    since: datetime = Field(sa_column=when(nullable=False))
    until: datetime | None = Field(default=None, sa_column=when())
    reason: str = Field(default="", sa_column=text())
    run_id: int | None = None
    """The rollback that keeps it."""
    auto_deploy_off: bool = False
    """Whether that rollback switched the platform's own deploys off."""
    nagged_at: datetime | None = Field(default=None, sa_column=when())
    ended_at: datetime | None = Field(default=None, sa_column=when())
    ended_by: str = ""


class Soaked(SQLModel, table=True):
    """One unbroken stretch of observing an environment: one commit, well or not."""

    __tablename__ = "soak_spans"
    __table_args__ = (Index("soak_by_place", "service", "environment", "started_at"),)

    id: int | None = Field(default=None, primary_key=True)
    service: str
    environment: str
    sha: str
    good: bool
    why: str = Field(default="", sa_column=text())
    started_at: datetime = Field(sa_column=when(nullable=False))
    ended_at: datetime = Field(sa_column=when(nullable=False))


class Signal(SQLModel, table=True):
    """A verdict the testing agent sent about a commit."""

    __tablename__ = "test_signals"
    __table_args__ = (Index("signals_by_sha", "sha", "suite"),)

    id: str = Field(primary_key=True, max_length=120)
    """The message's own id: the same message twice is one."""
    sha: str
    suite: str = Field(sa_column=text())
    verdict: str
    """``passed`` or ``failed``."""
    url: str = ""
    at: datetime = Field(sa_column=when(nullable=False))
    """When the sender signed it."""


class Step(SQLModel, table=True):
    """One step of a run, across its attempts."""

    __tablename__ = "run_steps"

    run_id: int = Field(primary_key=True, foreign_key="runs.id")
    name: str = Field(primary_key=True)
    state: str
    started_at: datetime | None = Field(default=None, sa_column=when())
    ended_at: datetime | None = Field(default=None, sa_column=when())
    note: str = Field(default="", sa_column=text())
    url: str = ""
    memory: str = Field(default="", sa_column=text())
    """JSON the step itself keeps between crashes, such as the deployments it knew before starting one."""


class Post(SQLModel, table=True):
    """A message we owe Slack or have posted there: a run's card, a note in its thread, a notice."""

    __tablename__ = "posts"

    key: str = Field(primary_key=True, max_length=120)
    kind: str
    """``card``, or one of the kinds of ``handlers/render/posts.py`` and ``bot/drawings.py``."""
    run_id: int | None = Field(default=None, foreign_key="runs.id", index=True)
    alert_id: int | None = Field(default=None, index=True)
    """The alert it is about."""
    storm_id: int | None = Field(default=None, index=True)
    """The storm it sums up."""
    incident_id: int | None = Field(default=None, index=True)
    """The incident it belongs to."""
    page: int = 0
    """Where it stands among the messages of an incident's checklist; 0: the card, and everything else."""
    channel: str
    body: str = Field(default="", sa_column=text())
    """Text of a note or notice; a card is drawn from its run when it is sent."""
    ts: str = ""
    sent_revision: int = 0
    trying_since: datetime | None = Field(default=None, sa_column=when())
    """Set before the first try to post: from then on Slack is searched before posting again."""
    not_before: datetime | None = Field(default=None, sa_column=when())
    """Not sent earlier; empty: as soon as possible."""
    misdirected: str = ""
    """The channel it was meant for and why it is not there, when Slack would not take it."""
    created_at: datetime = Field(sa_column=when(nullable=False))


class Delivery(SQLModel, table=True):
    """What Slack delivered, kept before it is acknowledged."""

    __tablename__ = "inbox"

    key: str = Field(primary_key=True, max_length=120)
    body: str = Field(sa_column=text())
    received_at: datetime = Field(sa_column=when(nullable=False))
    done_at: datetime | None = Field(default=None, sa_column=when())


class DoneOnce(SQLModel, table=True):
    """That what a delivery asked for was done, written in the transaction that did it."""

    __tablename__ = "done_once"

    name: str = Field(primary_key=True, max_length=200)
    """The delivery's key, and what it asked for."""
    at: datetime = Field(sa_column=when(nullable=False))


class GroupMembers(SQLModel, table=True):
    """Who was in a Slack user group when we last could ask."""

    __tablename__ = "group_members"

    group_id: str = Field(primary_key=True)
    members: str = Field(sa_column=text())
    """User ids, space-separated."""
    fetched_at: datetime = Field(sa_column=when(nullable=False))


class AuditEntry(SQLModel, table=True):
    """One decision, for ever. ``hash`` covers every other field and the entry before."""

    __tablename__ = "audit"

    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_column=when(nullable=False))
    actor: str
    action: str
    run_id: int | None = None
    reason: str = ""
    evidence: str = Field(default="", sa_column=text())
    """JSON object with sorted keys."""
    previous: str
    hash: str


class Presence(SQLModel, table=True):
    """When the bot last had a working link to Slack; one row."""

    __tablename__ = "presence"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    seen_at: datetime = Field(sa_column=when(nullable=False))
