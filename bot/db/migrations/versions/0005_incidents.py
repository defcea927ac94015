"""Incidents: their steps, timelines, jobs and reports, and what they owe Slack.

Revision: 0005
"""

import sqlalchemy as sa
from alembic import op

from bot.db.types import UtcDateTime

revision = "0005"
down_revision = "0004"


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _long(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _count(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _when(name: str, *, nullable: bool = True) -> sa.Column[sa.DateTime]:
    return sa.Column(name, UtcDateTime(), nullable=nullable)


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), primary_key=True)


def _of(table: str, name: str, *, primary_key: bool = False) -> sa.Column[int]:
    there = sa.ForeignKey(f"{table}.id")
    return sa.Column(name, sa.Integer(), there, nullable=False, primary_key=primary_key)


def upgrade() -> None:
    """Widen posts and add the tables of incidents."""
    with op.batch_alter_table("posts") as posts:
        posts.add_column(_count("incident_id", nullable=True))
        posts.add_column(sa.Column("page", sa.Integer(), nullable=False, server_default=sa.text("0")))
        posts.create_index("ix_posts_incident_id", ["incident_id"])
    # Checklists are no longer posted into an alert's thread; one that was still owed could not be drawn.
    op.execute(
        sa.text(
            "DELETE FROM posts WHERE alert_id IS NOT NULL AND ts = '' AND body LIKE '%\"kind\":\"playbook\"%'"
        )
    )
    _incidents()
    _steps()
    _entries()
    _jobs()
    _links()


def _incidents() -> None:
    op.create_table(
        "incidents",
        _id(),
        sa.Column("key", sa.String(160), nullable=False, unique=True),
        *(
            _text(name)
            for name in (
                "playbook", "severity", "state", "opened_by", "channel", "service", "environment",
                "update_by", "room", "room_state", "resolved_by",
            )
        ),
        *(
            _long(name)
            for name in (
                "copy_of", "headline", "why_opened", "roles", "newest_update", "room_trouble", "summary",
                "cause", "follow_ups",
            )
        ),
        *(_count(name) for name in ("reminders", "noisy", "openings", "pages", "revision")),
        _flag("drill"),
        _when("opened_at", nullable=False),
        *(_when(name) for name in ("update_at", "next_update_at", "resolved_at", "mitigated_at")),
    )  # fmt: skip
    op.create_index("incidents_by_state", "incidents", ["state", "id"])
    op.create_index("ix_incidents_room", "incidents", ["room"])


def _steps() -> None:
    op.create_table(
        "incident_steps",
        _of("incidents", "incident_id", primary_key=True),
        sa.Column("key", sa.String(40), primary_key=True),
        *(_text(name) for name in ("mark", "by", "owner", "choice")),
        *(_long(name) for name in ("why", "remark", "finding", "trouble")),
        *(_count(name) for name in ("position", "looks", "starts", "revision")),
        _count("run_id", nullable=True),
        _flag("looking"),
        *(_when(name) for name in ("at", "since", "found_at")),
    )
    op.create_index("incident_steps_by_run", "incident_steps", ["run_id"])


def _entries() -> None:
    op.create_table(
        "incident_entries",
        _id(),
        _of("incidents", "incident_id"),
        sa.Column("key", sa.String(160), nullable=False),
        *(_text(name) for name in ("kind", "by", "step", "url")),
        *(_long(name) for name in ("words", "finding")),
        *(_when(name, nullable=False) for name in ("at", "said_at")),
        sa.UniqueConstraint("incident_id", "key", name="incident_entries_once"),
    )
    op.create_index("incident_entries_in_order", "incident_entries", ["incident_id", "at", "id"])


def _jobs() -> None:
    op.create_table(
        "incident_jobs",
        _id(),
        sa.Column("key", sa.String(160), nullable=False, unique=True),
        _of("incidents", "incident_id"),
        *(_text(name) for name in ("kind", "step", "by", "state")),
        *(_long(name) for name in ("body", "trouble")),
        _count("tries"),
        *(_when(name, nullable=name == "ended_at") for name in ("asked_at", "due_at", "ended_at")),
    )
    op.create_index("ix_incident_jobs_incident_id", "incident_jobs", ["incident_id"])
    op.create_index("incident_jobs_due", "incident_jobs", ["state", "due_at"])


def _links() -> None:
    op.create_table(
        "incident_alerts",
        _of("incidents", "incident_id", primary_key=True),
        _of("alerts", "alert_id", primary_key=True),
        _when("since", nullable=False),
    )
    op.create_index("ix_incident_alerts_alert_id", "incident_alerts", ["alert_id"])
    op.create_table(
        "incident_runs",
        _of("incidents", "incident_id", primary_key=True),
        _of("runs", "run_id", primary_key=True),
    )
    op.create_index("ix_incident_runs_run_id", "incident_runs", ["run_id"])
    op.create_table(
        "incident_reports",
        _of("incidents", "incident_id", primary_key=True),
        sa.Column("opening", sa.Integer(), primary_key=True),
        _long("markdown"),
        _when("at", nullable=False),
    )
