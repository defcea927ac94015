"""Messages from outside: kept before they are answered, read in order, never counted twice.

Many may arrive at once, and a disk takes one commit at a time: those that wait while one is written are
written together (``docs/decisions/0012-alerts.md``).
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Connection, delete, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlmodel import col, select

from bot.db.alert_tables import Hook
from bot.db.session import Database
from bot.engine.alerts import Source
from bot.engine.arrivals import Arrival

NEWEST = 300
"""Of each source, enough to say what is usual."""
APART = timedelta(minutes=10)
"""Between two messages of which both say something of what is usual: a storm is no more than one of them."""
MOST_AT_ONCE = 100
"""Rows of one commit: none must wait long for the others."""
_Kept = tuple[Arrival, asyncio.Future[bool]]
"""A message, and who waits for it to be on disk."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A message nobody has read yet."""

    id: int
    arrival: Arrival
    tries: int
    """How often it could not be read."""


class HooksStore:
    """Reads and writes ``hooks``."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._waiting: deque[_Kept] = deque()
        self._writer: asyncio.Task[None] | None = None

    async def keep(self, arrival: Arrival) -> bool:
        """Store a message; false when it is known. Returns once it is on disk; raises ``SQLAlchemyError``."""
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((arrival, done))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        return await done

    async def keep_all(self, arrivals: Sequence[Arrival]) -> int:
        """Store several messages of our own; return how many are new."""
        return sum(await asyncio.gather(*(self.keep(each) for each in arrivals)))

    async def _write(self) -> None:
        try:
            while self._waiting:
                await self._write_together()
        finally:
            for _, done in self._waiting:  # none, unless we made a mistake
                done.cancel()
            self._waiting.clear()

    async def _write_together(self) -> None:
        batch: list[_Kept] = []
        try:
            new = await self._db.write_direct(partial(self._insert, batch))
        except SQLAlchemyError as error:
            for _, done in batch or self._taken():  # it may have failed before our turn came
                if not done.done():
                    done.set_exception(error)
        else:
            for arrival, done in batch:
                if not done.done():
                    done.set_result(arrival.key in new)
                new.discard(arrival.key)
        finally:
            for _, done in batch:
                done.cancel()  # does nothing to what is settled; nobody waits for ever for our mistake

    def _taken(self) -> list[_Kept]:
        """Take those that wait off the line, at most what one commit may hold."""
        return [self._waiting.popleft() for _ in range(min(MOST_AT_ONCE, len(self._waiting)))]

    def _insert(self, batch: list[_Kept], connection: Connection) -> set[str]:
        """Insert who waits now that it is our turn, and say in ``batch`` who that was.

        Taken when the turn is asked for, those that come while another writes would wait for a turn more.
        """
        batch += self._taken()
        if not batch:  # they were given up meanwhile
            return set()
        rows: dict[str, Arrival] = {}  # in the order in which they came: so they are read
        for arrival, _ in batch:
            rows.setdefault(arrival.key, arrival)
        values = [hook_values(arrival) for arrival in rows.values()]
        statement = self._db.insert(Hook).on_conflict_do_nothing(index_elements=["key"])
        return set(connection.execute(statement.returning(col(Hook.key)), values).scalars())

    async def undone(self, limit: int) -> tuple[Waiting, ...]:
        """Return messages nobody has read yet, oldest first."""
        query = select(Hook).where(col(Hook.done_at).is_(None)).order_by(col(Hook.id)).limit(limit)
        return await self._db.look(lambda session: tuple(_waiting(row) for row in session.scalars(query)))

    async def tried(self, ids: Sequence[int]) -> None:
        """Note that some could not be read now and are to be read again."""
        change = update(Hook).where(col(Hook.id).in_(ids)).values(tries=col(Hook.tries) + 1)
        await self._db.change(lambda session: session.execute(change))

    async def arrived(
        self, source: str, limit: int = NEWEST, *, apart: timedelta = APART
    ) -> tuple[datetime, ...]:
        """Return when the newest messages of a source arrived that are not our own, newest first.

        Of those that came closer than ``apart`` the newest counts for all.
        """
        return await self._db.look(
            lambda session: tuple(at for _, at in _spaced(session, source, limit, apart))
        )

    async def forget(self, before: datetime, *, newest: int = NEWEST, apart: timedelta = APART) -> None:
        """Drop messages that were read and arrived before ``before``.

        The ``newest`` of each source that came so far ``apart`` stay, for what is usual; of ours none need.
        """
        old = (col(Hook.done_at).is_not(None), col(Hook.received_at) < before)
        own = col(Hook.resource).startswith("pawdeploy.")

        def forget(session: Session) -> None:
            session.execute(delete(Hook).where(*old, own))
            for source in Source:
                theirs = (col(Hook.source) == source.value, ~own)
                kept = [number for number, _ in _spaced(session, source.value, newest, apart)]
                session.execute(delete(Hook).where(*old, *theirs, col(Hook.id).not_in(kept)))

        await self._db.change(forget)


def _spaced(session: Session, source: str, limit: int, apart: timedelta) -> list[tuple[int, datetime]]:
    """Return number and time of the newest messages of a source, not our own, none closer to the next.

    One question each, which goes on where the one before ended: what lies between is passed once.
    """
    found: list[tuple[int, datetime]] = []
    theirs = (
        select(col(Hook.id), col(Hook.received_at))
        .where(Hook.source == source, ~col(Hook.resource).startswith("pawdeploy."))
        .order_by(col(Hook.id).desc())
        .limit(1)
    )
    query = theirs
    while len(found) < limit and (row := session.execute(query).first()) is not None:
        number, at = row
        assert number is not None  # noqa: S101 - it comes from the database; narrowed for mypy
        found.append((number, at))
        query = theirs.where(col(Hook.id) < number, col(Hook.received_at) <= at - apart)
    return found


def _waiting(row: Hook) -> Waiting:
    assert row.id is not None  # noqa: S101 - it comes from the database; narrowed for mypy
    arrival = Arrival(
        key=row.key, source=Source(row.source), resource=row.resource, body=row.body, at=row.received_at
    )
    return Waiting(id=row.id, arrival=arrival, tries=row.tries)


def hook_values(arrival: Arrival) -> dict[str, Any]:
    """Return the columns of a message that nobody has read yet."""
    return {
        "key": arrival.key,
        "twin": arrival.twin,
        "source": arrival.source.value,
        "resource": arrival.resource,
        "body": arrival.body,
        "received_at": arrival.at,
        "done_at": None,
        "outcome": "",
        "alert_id": None,
        "tries": 0,
    }
