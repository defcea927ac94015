"""Alerts: what was told from outside, the groups made of it, acts, storms, mutes, pulses.

Revision: 0003
"""

import sqlalchemy as sa
from alembic import op

from bot.db.types import UtcDateTime

revision = "0003"
down_revision = "0002"


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


def _key(length: int = 120) -> sa.Column[str]:
    return sa.Column("key", sa.String(length), nullable=False, unique=True)


def upgrade() -> None:
    """Widen posts and add the tables of alerts."""
    with op.batch_alter_table("posts") as posts:
        for name in ("alert_id", "storm_id"):
            posts.add_column(_count(name, nullable=True))
            posts.create_index(f"ix_posts_{name}", [name])
        posts.add_column(_when("not_before"))
        posts.add_column(sa.Column("misdirected", sa.String(), nullable=False, server_default=sa.text("''")))
    _hooks()
    _alerts()
    op.create_table(
        "alert_buckets",
        sa.Column("alert_id", sa.Integer(), primary_key=True),
        sa.Column("at", UtcDateTime(), primary_key=True),
        _count("told"),
    )
    op.create_table(
        "alert_acts",
        _id(),
        _key(),
        sa.Column("alert_id", sa.Integer(), sa.ForeignKey("alerts.id"), nullable=False),
        *(_text(name) for name in ("kind", "how", "by", "state")),
        *(_when(name, nullable=name == "ended_at") for name in ("at", "ended_at")),
        _long("trouble"),
        _count("tries"),
    )
    op.create_index("ix_alert_acts_alert_id", "alert_acts", ["alert_id"])
    op.create_index("acts_by_state", "alert_acts", ["state", "id"])
    op.create_table(
        "storms",
        _id(),
        _text("channel"),
        *(_when(name, nullable=name == "ended_at") for name in ("began_at", "last_at", "ended_at")),
        _count("revision"),
    )
    op.create_table(
        "mutes",
        _id(),
        _key(),
        *(_text(name) for name in ("service", "environment", "by", "ended_by")),
        *(_when(name, nullable=name == "ended_at") for name in ("since", "until", "ended_at")),
        _long("why"),
    )
    op.create_table("marks", sa.Column("name", sa.String(120), primary_key=True), _when("at", nullable=False))
    op.create_table(
        "pulses",
        sa.Column("target", sa.String(160), primary_key=True),
        *(_text(name) for name in ("state", "history", "paused")),
        *(_long(name) for name in ("said", "evidence")),
        *(_count(name) for name in ("bad", "good")),
        _flag("flapping"),
        *(_when(name, nullable=name != "since") for name in ("since", "checked_at", "known_at", "next_at")),
    )


def _hooks() -> None:
    op.create_table(
        "hooks",
        _id(),
        _key(160),
        *(_text(name) for name in ("twin", "source", "resource", "outcome")),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        *(_when(name, nullable=name == "done_at") for name in ("received_at", "done_at")),
        _count("alert_id", nullable=True),
        _count("tries"),
    )
    op.create_index("ix_hooks_alert_id", "hooks", ["alert_id"])
    op.create_index("hooks_undone", "hooks", ["done_at", "id"])
    op.create_index("hooks_twins", "hooks", ["twin", "id"])


def _alerts() -> None:
    op.create_table(
        "alerts",
        _id(),
        sa.Column("fingerprint", sa.String(200), nullable=False, unique=True),
        *(
            _text(name)
            for name in (
                "source", "service", "environment", "project", "severity", "issue_id", "short_id", "release",
                "first_release", "state", "substatus", "state_by", "acked_by", "assignee_user", "snoozed_by",
                "archived_how", "introduced_how", "playbook", "channel", "mention",
            )
        ),
        *(
            _long(name)
            for name in (
                "title", "culprit", "detail", "tags", "url", "assignee", "suspect", "incident", "spark",
            )
        ),
        *(_count(name) for name in ("times", "openings", "doubts", "sync_tries", "revision", "urgent")),
        *(sa.Column(name, sa.BigInteger()) for name in ("events", "users")),
        *(_count(name, nullable=True) for name in ("introduced_run", "storm_id")),
        *(_flag(name) for name in ("flapping", "test", "quiet", "carded", "stale")),
        *(_when(name, nullable=False) for name in ("state_at", "first_seen", "last_seen", "opened_at")),
        *(_when(name) for name in ("acked_at", "snoozed_until", "archived_until", "synced_at")),
    )  # fmt: skip
    op.create_index("ix_alerts_storm_id", "alerts", ["storm_id"])
    op.create_index("alerts_by_state", "alerts", ["state", "last_seen"])
    op.create_index("alerts_by_place", "alerts", ["service", "environment"])
    op.create_index("alerts_stale", "alerts", ["stale"])
