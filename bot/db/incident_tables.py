"""Incidents: steps, timeline, what is to be done for them. How one changes is for moves to say."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from bot.db.columns import text, when


class Incident(SQLModel, table=True):
    """One incident; the fields are those of ``bot.engine.incident_sheet.Facts``."""

    __tablename__ = "incidents"
    __table_args__ = (Index("incidents_by_state", "state", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=160)
    playbook: str
    copy_of: str = Field(sa_column=text())
    """The playbook as it was, as JSON."""
    headline: str = Field(sa_column=text())
    severity: str
    state: str
    drill: bool = False
    opened_by: str
    opened_at: datetime = Field(sa_column=when(nullable=False))
    channel: str
    service: str = ""
    environment: str = ""
    why_opened: str = Field(default="", sa_column=text())
    roles: str = Field(default="{}", sa_column=text())
    """JSON object: role to Slack user id."""
    newest_update: str = Field(default="", sa_column=text())
    update_by: str = ""
    update_at: datetime | None = Field(default=None, sa_column=when())
    next_update_at: datetime | None = Field(default=None, sa_column=when())
    reminders: int = 0
    room: str = Field(default="", index=True)
    room_state: str = ""
    room_trouble: str = Field(default="", sa_column=text())
    resolved_by: str = ""
    resolved_at: datetime | None = Field(default=None, sa_column=when())
    summary: str = Field(default="", sa_column=text())
    cause: str = Field(default="", sa_column=text())
    follow_ups: str = Field(default="[]", sa_column=text())
    """JSON list."""
    mitigated_at: datetime | None = Field(default=None, sa_column=when())
    noisy: int = 0
    openings: int = 1
    pages: int = 1
    revision: int = 1


class IncidentStepRow(SQLModel, table=True):
    """One step of an incident; the fields are those of ``StepFacts``."""

    __tablename__ = "incident_steps"
    __table_args__ = (Index("incident_steps_by_run", "run_id"),)

    incident_id: int = Field(primary_key=True, foreign_key="incidents.id")
    key: str = Field(primary_key=True, max_length=40)
    position: int
    mark: str = "todo"
    by: str = ""
    at: datetime | None = Field(default=None, sa_column=when())
    why: str = Field(default="", sa_column=text())
    remark: str = Field(default="", sa_column=text())
    owner: str = ""
    since: datetime | None = Field(default=None, sa_column=when())
    choice: str = ""
    finding: str = Field(default="", sa_column=text())
    """JSON of a ``Finding``; empty: none yet."""
    found_at: datetime | None = Field(default=None, sa_column=when())
    looking: bool = False
    looks: int = 0
    run_id: int | None = None
    starts: int = 0
    trouble: str = Field(default="", sa_column=text())
    revision: int = 0


class IncidentEntry(SQLModel, table=True):
    """One line of a timeline; never changed, never removed."""

    __tablename__ = "incident_entries"
    __table_args__ = (
        UniqueConstraint("incident_id", "key", name="incident_entries_once"),
        Index("incident_entries_in_order", "incident_id", "at", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    incident_id: int = Field(foreign_key="incidents.id")
    key: str = Field(max_length=160)
    """Names it within its incident; entries without a name of their own get their number."""
    at: datetime = Field(sa_column=when(nullable=False))
    said_at: datetime = Field(sa_column=when(nullable=False))
    kind: str
    words: str = Field(sa_column=text())
    by: str = ""
    step: str = ""
    url: str = ""
    finding: str = Field(default="", sa_column=text())
    """JSON of the evidence; empty: none."""


class IncidentJob(SQLModel, table=True):
    """Something whoever leads does outside the database: a look, a start, a message to the orchestrator."""

    __tablename__ = "incident_jobs"
    __table_args__ = (Index("incident_jobs_due", "state", "due_at"),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=160)
    incident_id: int = Field(foreign_key="incidents.id", index=True)
    kind: str
    step: str = ""
    body: str = Field(default="", sa_column=text())
    by: str = ""
    asked_at: datetime = Field(sa_column=when(nullable=False))
    due_at: datetime = Field(sa_column=when(nullable=False))
    state: str = "pending"
    """``pending``, ``done`` or ``failed``."""
    tries: int = 0
    trouble: str = Field(default="", sa_column=text())
    ended_at: datetime | None = Field(default=None, sa_column=when())


class IncidentAlertLink(SQLModel, table=True):
    """An alert that belongs to an incident."""

    __tablename__ = "incident_alerts"

    incident_id: int = Field(primary_key=True, foreign_key="incidents.id")
    alert_id: int = Field(primary_key=True, foreign_key="alerts.id", index=True)
    since: datetime = Field(sa_column=when(nullable=False))


class IncidentRunLink(SQLModel, table=True):
    """A run that belongs to an incident: started by it, or what it is about."""

    __tablename__ = "incident_runs"

    incident_id: int = Field(primary_key=True, foreign_key="incidents.id")
    run_id: int = Field(primary_key=True, foreign_key="runs.id", index=True)


class IncidentReport(SQLModel, table=True):
    """The report of one ending of an incident, as it was written then."""

    __tablename__ = "incident_reports"

    incident_id: int = Field(primary_key=True, foreign_key="incidents.id")
    opening: int = Field(primary_key=True)
    """Which ending: 1 for the first."""
    markdown: str = Field(sa_column=text())
    at: datetime = Field(sa_column=when(nullable=False))
