"""Production: rollbacks, consent, holds, soak, the testing agent's signals.

Revision: 0002
"""

from typing import TypeVar

import sqlalchemy as sa
from alembic import op

from bot.db.types import UtcDateTime

T = TypeVar("T")

revision = "0002"
down_revision = "0001"


def _new(name: str, kind: sa.types.TypeEngine[T], empty: str) -> sa.Column[T]:
    return sa.Column(name, kind, nullable=False, server_default=sa.text(empty))


def _text(name: str, *, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False, primary_key=primary_key)


def _long(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _when(name: str, *, nullable: bool = True) -> sa.Column[sa.DateTime]:
    return sa.Column(name, UtcDateTime(), nullable=nullable)


def upgrade() -> None:
    """Widen runs and add the four tables."""
    with op.batch_alter_table("runs") as runs:
        runs.add_column(_new("kind", sa.String(), "'deploy'"))
        for name in ("automatic", "listening"):
            runs.add_column(_new(name, sa.Boolean(), "false"))
        for name in ("round", "quorum", "asked_revision"):
            runs.add_column(_new(name, sa.Integer(), "0"))
        for name in ("restore_id", "override_by", "config_digest", "binding", "barred", "kept_by"):
            runs.add_column(_new(name, sa.String(), "''"))
        for name in ("emergency", "override", "changes", "watch"):
            runs.add_column(_new(name, sa.Text(), "''"))
        for name in ("parent_id", "target_run"):
            runs.add_column(sa.Column(name, sa.Integer()))
        for name in ("asked_at", "expires_at"):
            runs.add_column(_when(name))
    op.create_table(
        "voices",
        sa.Column("run_id", sa.Integer(), sa.ForeignKey("runs.id"), primary_key=True),
        _text("user_id", primary_key=True),
        *(_text(name) for name in ("binding", "voice", "via", "reacted")),
        _when("at", nullable=False),
        _long("reason"),
    )
    op.create_table(
        "holds",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("key", sa.String(120), nullable=False, unique=True),
        *(_text(name) for name in ("kind", "service", "environment", "by", "ended_by")),
        _when("since", nullable=False),
        *(_when(name) for name in ("until", "nagged_at", "ended_at")),
        _long("reason"),
        sa.Column("run_id", sa.Integer()),
        sa.Column("auto_deploy_off", sa.Boolean(), nullable=False),
    )
    op.create_index("holds_open", "holds", ["environment", "ended_at"])
    op.create_table(
        "soak_spans",
        sa.Column("id", sa.Integer(), primary_key=True),
        *(_text(name) for name in ("service", "environment", "sha")),
        sa.Column("good", sa.Boolean(), nullable=False),
        _long("why"),
        *(_when(name, nullable=False) for name in ("started_at", "ended_at")),
    )
    op.create_index("soak_by_place", "soak_spans", ["service", "environment", "started_at"])
    op.create_table(
        "test_signals",
        sa.Column("id", sa.String(120), primary_key=True),
        *(_text(name) for name in ("sha", "verdict", "url")),
        _long("suite"),
        _when("at", nullable=False),
    )
    op.create_index("signals_by_sha", "test_signals", ["sha", "suite"])
