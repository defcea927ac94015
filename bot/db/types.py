"""Column types shared by the tables."""

import re
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

_UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")


class PlainText(TypeDecorator[str]):
    """Text as long as it likes. What no database keeps (NUL, half a surrogate pair) is replaced.

    Vendors' logs and commit titles hold such characters; a run must not stop over one.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Replace what cannot be kept."""
        return None if value is None else _UNKEEPABLE.sub("\ufffd", value)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime on every database; SQLite alone would give naive ones back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive values; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "a naive datetime has no place in the database"
            raise ValueError(msg)
        return value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Give UTC back, aware."""
        if value is None:
            return None
        assert isinstance(value, datetime)  # noqa: S101 - the driver's promise, narrowed for mypy
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
