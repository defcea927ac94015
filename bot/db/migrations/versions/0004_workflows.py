"""Workflow runs: which workflow a run starts, what it sends along, and why.

Revision: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Widen runs."""
    with op.batch_alter_table("runs") as runs:
        for name in ("why", "workflow", "workflow_name", "workflow_file", "inputs"):
            runs.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=sa.text("''")))
