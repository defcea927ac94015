"""What was told to us from outside, and the alerts made of it. How one changes is for the engine to say."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Index, LargeBinary
from sqlmodel import Field, SQLModel

from bot.db.columns import text, when


class Hook(SQLModel, table=True):
    """One message from outside, kept before it is answered; ``key`` makes a repeat one row."""

    __tablename__ = "hooks"
    __table_args__ = (Index("hooks_undone", "done_at", "id"), Index("hooks_twins", "twin", "id"))

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=160)
    """Source and the sender's own name for the delivery."""
    twin: str = ""
    """Digest of what it says: the same words under another name are told, not counted."""
    source: str
    resource: str = ""
    body: bytes = Field(sa_column=Column(LargeBinary(), nullable=False))
    received_at: datetime = Field(sa_column=when(nullable=False))
    done_at: datetime | None = Field(default=None, sa_column=when())
    outcome: str = ""
    """``applied``, ``duplicate``, ``ignored``, ``unknown`` or ``unreadable``; empty: not looked at yet."""
    alert_id: int | None = Field(default=None, index=True)
    tries: int = 0


class Alert(SQLModel, table=True):
    """One group of alerts: everything with one fingerprint, for ever one row and one card."""

    __tablename__ = "alerts"
    __table_args__ = (
        Index("alerts_by_state", "state", "last_seen"),
        Index("alerts_by_place", "service", "environment"),
        Index("alerts_stale", "stale"),
    )

    id: int | None = Field(default=None, primary_key=True)
    fingerprint: str = Field(unique=True, max_length=200)
    source: str
    service: str = ""
    """Empty: no service of the project file."""
    environment: str = ""
    project: str = ""
    """The vendor's name for where it comes from."""
    severity: str
    title: str = Field(sa_column=text())
    culprit: str = Field(default="", sa_column=text())
    detail: str = Field(default="", sa_column=text())
    tags: str = Field(default="{}", sa_column=text())
    """JSON object of words."""
    url: str = Field(default="", sa_column=text())
    issue_id: str = ""
    """Sentry's number; empty for what Sentry knows nothing of."""
    short_id: str = ""
    release: str = ""
    """Of the newest event that names one."""
    first_release: str = ""

    state: str
    substatus: str = ""
    state_at: datetime = Field(sa_column=when(nullable=False))
    state_by: str = ""
    """Who moved it there: a Slack user id, or words, or ``untold``; empty: by itself."""
    times: int = 0
    """How often it was told that it happens."""
    events: int | None = Field(default=None, sa_column=Column(BigInteger()))
    """As the source counts them; empty when it was not asked or does not count."""
    users: int | None = Field(default=None, sa_column=Column(BigInteger()))
    first_seen: datetime = Field(sa_column=when(nullable=False))
    last_seen: datetime = Field(sa_column=when(nullable=False))
    opened_at: datetime = Field(sa_column=when(nullable=False))
    openings: int = 1
    """How often it began or came back."""
    flapping: bool = False
    test: bool = False

    acked_by: str = ""
    acked_at: datetime | None = Field(default=None, sa_column=when())
    assignee: str = Field(default="", sa_column=text())
    """As the source names them."""
    assignee_user: str = ""
    """Slack user id, where the project file knows who that is."""
    snoozed_until: datetime | None = Field(default=None, sa_column=when())
    snoozed_by: str = ""
    archived_until: datetime | None = Field(default=None, sa_column=when())
    archived_how: str = ""
    """As it was chosen; ``over``: for a time, and it ended meanwhile; empty: unknown."""
    introduced_run: int | None = None
    introduced_how: str = ""
    """``release``, ``first_seen`` or ``time``."""
    suspect: str = Field(default="", sa_column=text())
    playbook: str = ""
    incident: str = Field(default="", sa_column=text())

    channel: str = ""
    mention: str = ""
    """Roles, space-separated."""
    quiet: bool = False
    """It opened in quiet hours: nobody is mentioned."""
    carded: bool = False
    """Whether its card is owed; not while its service is muted."""
    storm_id: int | None = Field(default=None, index=True)

    stale: bool = False
    """Whether the source has to be asked how it stands."""
    doubts: int = 0
    """How often something was told that only the source can settle."""
    synced_at: datetime | None = Field(default=None, sa_column=when())
    sync_tries: int = 0
    spark: str = Field(default="", sa_column=text())
    """JSON list of events in equal stretches of the last day, oldest first, as the source counts them."""
    revision: int = 1
    """Grows with every change of what the card shows."""
    urgent: int = 1
    """The newest revision that is more than a count."""


class AlertBucket(SQLModel, table=True):
    """How often an alert was told in one half hour."""

    __tablename__ = "alert_buckets"

    alert_id: int = Field(primary_key=True)
    at: datetime = Field(sa_column=Column(when().type, primary_key=True))
    """Where the half hour begins."""
    told: int = 0


class AlertAct(SQLModel, table=True):
    """What somebody wants done at the source; done once, by whoever leads, also after a crash."""

    __tablename__ = "alert_acts"
    __table_args__ = (Index("acts_by_state", "state", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=120)
    alert_id: int = Field(foreign_key="alerts.id", index=True)
    kind: str
    """``resolve``, ``archive``, ``assign`` or ``reopen``."""
    how: str = ""
    by: str
    at: datetime = Field(sa_column=when(nullable=False))
    state: str = "pending"
    """``pending``, ``done``, ``failed`` or ``moot``."""
    trouble: str = Field(default="", sa_column=text())
    tries: int = 0
    ended_at: datetime | None = Field(default=None, sa_column=when())


class Storm(SQLModel, table=True):
    """Many groups at once in one channel, summed up on one card with a thread."""

    __tablename__ = "storms"

    id: int | None = Field(default=None, primary_key=True)
    channel: str
    began_at: datetime = Field(sa_column=when(nullable=False))
    last_at: datetime = Field(sa_column=when(nullable=False))
    """When the newest group joined."""
    ended_at: datetime | None = Field(default=None, sa_column=when())
    revision: int = 1


class Mute(SQLModel, table=True):
    """Somebody wants no cards of a service for a while."""

    __tablename__ = "mutes"

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=120)
    service: str
    environment: str = ""
    """Empty: everywhere."""
    by: str
    since: datetime = Field(sa_column=when(nullable=False))
    until: datetime = Field(sa_column=when(nullable=False))
    why: str = Field(sa_column=text())
    ended_at: datetime | None = Field(default=None, sa_column=when())
    ended_by: str = ""


class Mark(SQLModel, table=True):
    """Up to when something was looked at."""

    __tablename__ = "marks"

    name: str = Field(primary_key=True, max_length=120)
    at: datetime = Field(sa_column=when(nullable=False))


class Pulse(SQLModel, table=True):
    """How one watched target is, and what that stands on."""

    __tablename__ = "pulses"

    target: str = Field(primary_key=True, max_length=160)
    state: str = "unknown"
    """``up``, ``down`` or ``unknown``."""
    since: datetime = Field(sa_column=when(nullable=False))
    said: str = Field(default="", sa_column=text())
    """The last answer in a few words."""
    evidence: str = Field(default="[]", sa_column=text())
    """JSON list of what the answer said of its parts."""
    bad: int = 0
    good: int = 0
    history: str = ""
    """The newest checks, oldest first: ``u``, ``d``."""
    flapping: bool = False
    paused: str = ""
    """Why its failures count for nothing at present; empty when they count."""
    checked_at: datetime | None = Field(default=None, sa_column=when())
    known_at: datetime | None = Field(default=None, sa_column=when())
    """When a look last could tell; empty: none ever could."""
    next_at: datetime | None = Field(default=None, sa_column=when())
