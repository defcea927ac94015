"""What deliveries asked for and was done: a delivery that comes again does nothing, whatever came between.

Revision: 0007
"""

import sqlalchemy as sa
from alembic import op

from bot.db.types import UtcDateTime

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add done_once."""
    op.create_table(
        "done_once",
        sa.Column("name", sa.String(200), primary_key=True),
        sa.Column("at", UtcDateTime(), nullable=False),
    )
