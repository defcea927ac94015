"""The audit log as lines of text. Knows the entry's fields; not where entries come from or lines go.

Times are UTC, ISO 8601 with microseconds: the form the hashes are computed over, so that an export can be
verified by anybody (docs/operations.md says how).
"""

import csv
import io
import json
from collections.abc import AsyncIterator

from bot.db.tables import AuditEntry

FIELDS = ("seq", "at", "actor", "action", "run_id", "reason", "evidence", "previous", "hash")

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


async def jsonl_lines(entries: AsyncIterator[AuditEntry]) -> AsyncIterator[str]:
    """Yield one JSON object a line; ``evidence`` stays the text that was hashed."""
    async for entry in entries:
        yield json.dumps(_row(entry), ensure_ascii=True) + "\n"


async def csv_lines(entries: AsyncIterator[AuditEntry]) -> AsyncIterator[str]:
    """Yield a heading, then one row an entry.

    A cell a spreadsheet would run as a formula gets an apostrophe before it; to verify, use JSON lines.
    """
    yield _csv(FIELDS)
    async for entry in entries:
        yield _csv(tuple(_harmless(value) for value in _row(entry).values()))


def _row(entry: AuditEntry) -> dict[str, str | int | None]:
    row: dict[str, str | int | None] = {field: getattr(entry, field) for field in FIELDS if field != "at"}
    at = entry.at.isoformat(timespec="microseconds")
    return {field: at if field == "at" else row[field] for field in FIELDS}


def _harmless(value: str | int | None) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _csv(cells: tuple[str, ...]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()
