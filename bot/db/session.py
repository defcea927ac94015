"""Open the database, keep its transactions honest. Here SQLite and PostgreSQL are told apart."""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, CursorResult, Engine, Result, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session
from sqlmodel import SQLModel

from bot.db import migrate
from bot.errors import StartupError

T = TypeVar("T")
Within = Session | Connection
"""A transaction somebody else began, and will end."""

LOOKERS = 2
"""Threads that read: questions are short, and one that takes long must not keep all others waiting."""
_BUSY_MS = 10_000
_BUSY_DIRECT_MS = 1_500
"""Slack waits three seconds: a person must hear in time that nothing could be stored."""
_LOOK_AGAIN = 0.001
"""Seconds between looks for SQLite's lock. By itself it sleeps up to a tenth of a second between two, and
meanwhile misses every gap that others leave."""
_DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


class Database:
    """Transactions, each of one kind: ``look``, ``change`` and ``write_direct``.

    Each is one function that runs whole in one of our threads (``docs/decisions/0008-direct-writes.md``).
    Whoever writes takes the lock at once: no transaction fails half-way for it.
    """

    def __init__(self, direct: Engine, whole: Engine, url: str) -> None:
        self.url = url
        self._direct = direct
        self._whole = whole
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="direct")
        self._lookers = ThreadPoolExecutor(max_workers=LOOKERS, thread_name_prefix="look")
        self._changer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="change")

    @property
    def is_sqlite(self) -> bool:
        """Whether one file is all there is."""
        return self._whole.dialect.name == "sqlite"

    async def look(self, work: Callable[[Session], T]) -> T:
        """Run ``work`` as one transaction whose changes are thrown away, in one of our threads.

        It returns what it read, whole: nothing can be loaded once the session is gone.
        """
        return await asyncio.get_running_loop().run_in_executor(self._lookers, self._looked, work)

    def _looked(self, work: Callable[[Session], T]) -> T:
        with Session(self._whole, expire_on_commit=False) as session:
            return work(session)

    async def change(self, work: Callable[[Session], T]) -> T:
        """Run ``work`` as one transaction that commits when it ends well.

        It waits for the lock as long as it takes. Who is cancelled meanwhile does not take it back.
        """
        return await asyncio.get_running_loop().run_in_executor(self._changer, self._changed, work)

    def _changed(self, work: Callable[[Session], T]) -> T:
        with Session(self._whole, expire_on_commit=False) as session:
            session.connection(execution_options={"pawdeploy_write": True})
            result = work(session)
            session.commit()
            return result

    async def write_direct(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` as one transaction in a thread of its own, for what somebody outside waits for.

        It gives up in time for them to hear that nothing could be stored.
        """
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._in_one, work)

    def _in_one(self, work: Callable[[Connection], T]) -> T:
        connection = self._direct.connect().execution_options(pawdeploy_write=True)
        with connection, connection.begin():
            return work(connection)

    def insert(self, table: type[SQLModel]) -> sqlite.Insert | postgresql.Insert:
        """Begin an INSERT that may say what to do about a conflict: each database has its own."""
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)

    async def ping(self) -> bool:
        """Say whether the database answers."""
        try:
            await self.look(lambda session: session.execute(text("SELECT 1")))
        except SQLAlchemyError:
            return False
        return True

    async def close(self) -> None:
        """Give every connection back."""
        for threads in (self._thread, self._lookers, self._changer):
            threads.shutdown()
        for engine in (self._direct, self._whole):
            engine.dispose()


def changed(result: Result[Any]) -> int:
    """Return how many rows an UPDATE changed."""
    assert isinstance(result, CursorResult)  # noqa: S101 - an UPDATE gives one; narrowed for mypy
    return result.rowcount


def driver_url(url: str) -> str:
    """Name the driver: ``postgres://…`` becomes ``postgresql+psycopg://…``.

    Raises:
        StartupError: for any other kind of database.

    """
    try:
        parsed = make_url(url)
    except (SQLAlchemyError, ValueError) as error:  # ValueError: a port that is no number
        msg = "DATABASE_URL cannot be read; write e.g. sqlite:///var/pawdeploy.sqlite3"
        raise StartupError(msg) from error
    driver = _DRIVERS.get(parsed.get_backend_name())
    if driver is None:
        msg = f"DATABASE_URL names {parsed.get_backend_name()!r}; pawdeploy speaks sqlite and postgresql"
        raise StartupError(msg)
    if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
        msg = "DATABASE_URL names no file; write e.g. sqlite:///var/pawdeploy.sqlite3"
        raise StartupError(msg)
    return parsed.set(drivername=driver).render_as_string(hide_password=False)


def sqlite_path(url: str) -> Path | None:
    """Return the file behind ``url``, or None when it is not SQLite."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        return None
    return Path(parsed.database)


async def open_database(url: str, *, patience: float = _BUSY_MS / 1000) -> Database:
    """Connect, migrate and return the database; wait ``patience`` seconds for a locked SQLite file.

    Raises:
        StartupError: when it is not there, locked, read-only or newer than this version.

    """
    url = driver_url(url)
    try:
        if (path := sqlite_path(url)) is not None:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            use_wal(path, patience)
        migrate.upgrade(url)
    except (DBAPIError, sqlite3.Error, OSError) as error:
        cause = in_one_line(error)
        msg = f"the database cannot be opened for writing ({cause}); check DATABASE_URL and the file's rights"
        raise StartupError(msg) from error
    remote = sqlite_path(url) is None
    # Parameters hold response addresses and people's words; an error's text goes to logs and Sentry.
    direct = create_engine(url, pool_pre_ping=remote, pool_size=1, hide_parameters=True)
    whole = create_engine(url, pool_pre_ping=remote, pool_size=LOOKERS + 1, hide_parameters=True)
    if not remote:
        _settle_in(direct, 0, _on_begin_direct)
        _settle_in(whole, _BUSY_MS, _on_begin)
    return Database(direct, whole, url)


def in_one_line(error: Exception) -> str:
    """Say what the driver said, without the lines of hints some drivers add."""
    return str(getattr(error, "orig", None) or error).partition("\n")[0]


def use_wal(path: Path, patience: float = _BUSY_MS / 1000) -> None:
    """Switch the file to write-ahead logging, which it remembers: readers no longer wait for the writer.

    A new file is its owner's alone, and so are the files SQLite puts beside it.
    """
    if not path.exists():
        path.touch(mode=0o600)
    with closing(sqlite3.connect(path, timeout=patience, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        # A file in this mode already may still be read-only or locked: only writing shows it.
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("PRAGMA user_version = 1")
        connection.execute("ROLLBACK")


def _settle_in(engine: Engine, busy_ms: int, on_begin: Callable[[Connection], None]) -> None:
    """Have every SQLite connection wait for the lock, reach the disk, and begin as ``on_begin`` does."""

    def on_connect(connection: DBAPIConnection, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        cursor = connection.cursor()
        for pragma in (f"busy_timeout={busy_ms}", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)


def _on_begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("pawdeploy_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _on_begin_direct(connection: Connection) -> None:
    """Begin to write as soon as anybody can: whoever waits for us outside counts milliseconds."""
    until = time.monotonic() + _BUSY_DIRECT_MS / 1000
    raw: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]  # SQLite's own
    while time.monotonic() < until:
        try:
            raw.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                break
            time.sleep(_LOOK_AGAIN)
        else:
            return
    connection.exec_driver_sql("BEGIN IMMEDIATE")  # once more, for an error as everybody knows it
