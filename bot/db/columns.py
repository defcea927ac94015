"""How columns are made that several tables have. Knows no table."""

from datetime import datetime

from sqlalchemy import Column

from bot.db.types import PlainText, UtcDateTime


def when(*, nullable: bool = True) -> Column[datetime]:
    """Make a column for a moment, aware UTC."""
    return Column(UtcDateTime(), nullable=nullable)


def text() -> Column[str]:
    """Make a column for words as long as they like."""
    return Column(PlainText(), nullable=False, default="")
