"""Fresh SQLite files for tests: migrated once, then copied; migrating takes longer than most tests."""

import functools
import tempfile
from pathlib import Path

from bot.db import migrate


@functools.cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.sqlite3"
        migrate.upgrade(f"sqlite:///{path}")
        return path.read_bytes()


def fresh_sqlite(folder: Path) -> str:
    """Put an empty, migrated database into ``folder``; return its URL."""
    path = folder / "pawdeploy.sqlite3"
    path.write_bytes(_migrated())
    return f"sqlite:///{path}"
