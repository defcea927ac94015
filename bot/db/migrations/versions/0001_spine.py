"""The spine: runs and their steps, posts, inbox, group members, audit, presence.

Revision: 0001
"""

import sqlalchemy as sa
from alembic import op

from bot.db.types import UtcDateTime

revision = "0001"
down_revision = None


def _text(name: str, *, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False, primary_key=primary_key)


def _long(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _when(name: str, *, nullable: bool = True) -> sa.Column[sa.DateTime]:
    return sa.Column(name, UtcDateTime(), nullable=nullable)


def upgrade() -> None:
    """Create every table of the first version."""
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("key", sa.String(120), nullable=False, unique=True),
        *(_text(name) for name in ("service", "environment", "requested_by", "state")),
        _long("ref"),
        _when("requested_at", nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("attempt", "starts", "revision")),
        *(_text(name) for name in ("sha", "commit_url", "previous_sha")),
        *(_long(name) for name in ("commit_title", "commit_author")),
        *(_text(name) for name in ("deployment_id", "vendor_page", "environment_url")),
        sa.Column("github_deployment", sa.BigInteger()),
        *(_text(name) for name in ("reason", "cancelled_by")),
        *(_long(name) for name in ("detail", "not_done", "live")),
        _when("line_at"),
        _when("ended_at"),
    )
    op.create_index("runs_by_lane", "runs", ["service", "environment", "state"])
    op.create_table(
        "run_steps",
        sa.Column("run_id", sa.Integer(), sa.ForeignKey("runs.id"), primary_key=True),
        _text("name", primary_key=True),
        *(_text(name) for name in ("state", "url")),
        *(_long(name) for name in ("note", "memory")),
        _when("started_at"),
        _when("ended_at"),
    )
    op.create_table(
        "posts",
        sa.Column("key", sa.String(120), primary_key=True),
        sa.Column("run_id", sa.Integer(), sa.ForeignKey("runs.id"), index=True),
        *(_text(name) for name in ("kind", "channel", "ts")),
        _long("body"),
        sa.Column("sent_revision", sa.Integer(), nullable=False),
        _when("trying_since"),
        _when("created_at", nullable=False),
    )
    op.create_table(
        "inbox",
        sa.Column("key", sa.String(120), primary_key=True),
        _long("body"),
        _when("received_at", nullable=False),
        _when("done_at"),
    )
    op.create_table(
        "group_members",
        _text("group_id", primary_key=True),
        _long("members"),
        _when("fetched_at", nullable=False),
    )
    op.create_table(
        "audit",
        sa.Column("seq", sa.Integer(), primary_key=True, autoincrement=False),
        _when("at", nullable=False),
        *(_text(name) for name in ("actor", "action", "reason", "previous", "hash")),
        _long("evidence"),
        sa.Column("run_id", sa.Integer()),
    )
    op.create_table(
        "presence",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        _when("seen_at", nullable=False),
    )
