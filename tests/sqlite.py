"""Fresh SQLite files for tests: migrated once, then copied; migrating takes longer than most tests."""

import functools
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy.orm import Session
from sqlmodel import SQLModel

from bot.db import migrate
from bot.db.session import Database, open_database, use_wal


@functools.cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.sqlite3"
        migrate.upgrade(f"sqlite:///{path}")
        use_wal(path)
        return path.read_bytes()


def fresh_sqlite(folder: Path) -> str:
    """Put an empty, migrated database into ``folder``; return its URL."""
    path = folder / "pawdeploy.sqlite3"
    path.write_bytes(_migrated())
    return f"sqlite:///{path}"


def emptied(session: Session) -> None:
    """Take everything out of a database of any kind."""
    for table in reversed(SQLModel.metadata.sorted_tables):
        session.execute(table.delete())


class OneAfterTheOther:
    """Databases for one test after the other, each a fresh file in the same place.

    What SQLAlchemy made of each query stays with its engines: making it anew takes longer than most tests.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._first: Database | None = None

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Database]:
        """Give a database as ``open_database`` opens it; nothing of it is left afterwards."""
        for file in self._folder.iterdir():
            file.unlink()
        url = fresh_sqlite(self._folder)
        if (first := self._first) is None:
            database = self._first = await open_database(url)
        else:  # closed by the test before: its threads are gone, its engines connect again
            database = Database(first._direct, first._whole, first.url)
        try:
            yield database
        finally:
            await database.close()


@pytest.fixture(scope="session")
def one_after_the_other(tmp_path_factory) -> OneAfterTheOther:
    """Have one place for the databases of all tests of this process."""
    return OneAfterTheOther(tmp_path_factory.mktemp("database"))


@pytest.fixture
async def fresh_database(one_after_the_other) -> AsyncIterator[Database]:
    """Give a test an open database of its own."""
    async with one_after_the_other.opened() as database:
        yield database
