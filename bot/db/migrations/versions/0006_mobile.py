"""Apps: what their runs know beside the commit, early promotion, and what testers say of builds.

Revision: 0006
"""

import sqlalchemy as sa
from alembic import op

from bot.db.types import UtcDateTime

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Widen runs, add devices."""
    with op.batch_alter_table("runs") as runs:
        runs.add_column(sa.Column("mobile", sa.Text(), nullable=False, server_default=sa.text("''")))
        runs.add_column(sa.Column("promoted_by", sa.String(), nullable=False, server_default=sa.text("''")))
        runs.add_column(sa.Column("promoted", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.create_table(
        "devices",
        sa.Column("run_id", sa.Integer(), sa.ForeignKey("runs.id"), primary_key=True),
        sa.Column("platform", sa.String(), primary_key=True),
        sa.Column("user_id", sa.String(), primary_key=True),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False, server_default=sa.text("''")),
        sa.Column("note", sa.Text(), nullable=False, server_default=sa.text("''")),
        sa.Column("at", UtcDateTime(), nullable=False),
    )
