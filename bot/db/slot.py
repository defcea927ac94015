"""One replica, one name. A name is held by something the operating system frees when the holder dies.

On SQLite that is a lock on a file beside the database, and there is one name: a second bot is refused. On
PostgreSQL it is an advisory lock held by an open connection: a restarted bot gets its name back at once, and
the others see from a free lock that its runs need a new home.
"""

import asyncio
import fcntl
import os
from contextlib import suppress
from pathlib import Path
from typing import IO, Protocol

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from bot.db.session import driver_url, in_one_line, sqlite_path
from bot.errors import StartupError

_FIRST_KEY = 7057100
MOST_REPLICAS = 8


class Slot(Protocol):
    """A held name."""

    name: str
    alone: bool
    """Whether nobody else can use this database."""

    async def dead_names(self) -> tuple[str, ...]:
        """Return names nobody holds now."""

    async def held(self) -> bool:
        """Say whether the name is still ours; when not, this process must stop."""

    async def leads(self) -> bool:
        """Say whether this is the one replica that speaks; takes the part when nobody has it."""

    async def release(self) -> None:
        """Give the name back."""


class FileSlot:
    """The only name on a SQLite file."""

    name = "replica-1"
    alone = True

    def __init__(self, handle: IO[str]) -> None:
        self._handle = handle

    async def dead_names(self) -> tuple[str, ...]:
        """Return nothing: there is nobody else."""
        return ()

    async def held(self) -> bool:
        """Return True: the system takes the lock away only with the process."""
        return True

    async def leads(self) -> bool:
        """Return True: there is nobody else."""
        return True

    async def release(self) -> None:
        """Unlock the file."""
        self._handle.close()


class AdvisorySlot:
    """One of a few names in PostgreSQL."""

    alone = False

    def __init__(self, connection: AsyncConnection, number: int) -> None:
        self.name = f"replica-{number}"
        self._connection = connection
        self._number = number
        self._one_at_a_time = asyncio.Lock()
        self._leading = False

    async def dead_names(self) -> tuple[str, ...]:
        """Return the names whose lock is free."""
        query = text(
            "SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND granted "
            "AND classid = 0 AND objsubid = 1 "  # one number of 64 bits; a pair of two has 2 there
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        async with self._one_at_a_time:
            taken = {int(row) for row in (await self._connection.execute(query)).scalars()}
            await self._connection.commit()
        return tuple(
            f"replica-{number}" for number in range(1, MOST_REPLICAS + 1) if _FIRST_KEY + number not in taken
        )

    async def held(self) -> bool:
        """Say whether the connection that holds the lock still lives."""
        try:
            return self.name not in await self.dead_names()
        except SQLAlchemyError:
            return False

    async def leads(self) -> bool:
        """Try for the leader's lock, once; it falls with the connection."""
        if not self._leading:
            async with self._one_at_a_time:
                self._leading = await _try_lock(self._connection, _FIRST_KEY)
        return self._leading

    async def release(self) -> None:
        """Give every lock back, then close: the server alone may take a while to notice."""
        with suppress(SQLAlchemyError):  # a connection that is lost holds nothing any more
            await self._connection.execute(text("SELECT pg_advisory_unlock_all()"))
            await self._connection.commit()
        await self._connection.close()
        await self._connection.engine.dispose()


async def take_slot(url: str) -> Slot:
    """Take the first free name.

    Raises:
        StartupError: when another bot uses this SQLite file, or every name is taken.

    """
    url = driver_url(url)
    path = sqlite_path(url)
    return _lock_file(path) if path is not None else await _lock_number(url)


def _lock_file(database: Path) -> FileSlot:
    path = database.with_name(database.name + ".lock")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = path.open("a+", encoding="ascii")
    except OSError as error:
        msg = f"the database's folder cannot be written ({error}); check DATABASE_URL and the folder's rights"
        raise StartupError(msg) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        handle.close()
        owner = path.read_text("ascii").strip() or "unknown"
        msg = (
            f"another pawdeploy (process {owner}) uses {database}; stop it first, "
            "or set DATABASE_URL to PostgreSQL to run several"
        )
        raise StartupError(msg) from error
    handle.truncate(0)
    handle.write(str(os.getpid()))
    handle.flush()
    return FileSlot(handle)


async def _lock_number(url: str) -> AdvisorySlot:
    try:
        connection = await create_async_engine(url, poolclass=NullPool).connect()
    except DBAPIError as error:
        msg = f"the database cannot be reached ({in_one_line(error)}); check DATABASE_URL"
        raise StartupError(msg) from error
    for number in range(1, MOST_REPLICAS + 1):
        if await _try_lock(connection, _FIRST_KEY + number):
            return AdvisorySlot(connection, number)
    await connection.close()
    msg = f"{MOST_REPLICAS} bots use this database already"
    raise StartupError(msg)


async def _try_lock(connection: AsyncConnection, key: int) -> bool:
    taken = await connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": key})
    await connection.commit()
    return bool(taken.scalar())
