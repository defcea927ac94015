"""Locks and freezes: each taken and ended once, its audit entry and what people are told in one transaction.

Knows neither who may nor how it is said; which holds stop whom is the engine's to decide.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, update
from sqlalchemy.orm import Session
from sqlmodel import col, select

from bot.db import audit_store, done_once
from bot.db.posts_store import owe_in
from bot.db.session import Database, changed
from bot.db.tables import Hold as Row
from bot.db.tables import Post
from bot.engine.holding import Held, Taken, Wanted
from bot.engine.holds import PAWDEPLOY, Hold, HoldKind


@dataclass(frozen=True, kw_only=True, slots=True)
class Owed:
    """A message that is owed because of a hold; the same key twice is one message."""

    key: str
    kind: str
    """``hold`` in a channel, ``dm`` to a person."""
    channel: str
    body: str


AfterTaking = Callable[[Taken], tuple[Owed, ...]]
AfterEnding = Callable[[Hold], tuple[Owed, ...]]
"""Say which messages a change owes."""


class HoldsStore:
    """Reads and writes ``holds``."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def open(self, now: datetime, environment: str | None = None) -> tuple[Hold, ...]:
        """Return the holds in force at ``now``, of one environment or of all, oldest first."""
        query = select(Row).where(col(Row.ended_at).is_(None)).order_by(col(Row.id))
        if environment is not None:
            query = query.where(Row.environment == environment)
        rows = await self._db.look(lambda session: session.scalars(query).all())
        return tuple(_hold(row) for row in rows if row.until is None or now < row.until)

    async def find(self, hold_id: int) -> Hold | None:
        """Return a hold, ended or not; None when there is none of that number."""
        row = await self._db.look(
            lambda session: session.scalars(select(Row).where(Row.id == hold_id)).one_or_none()
        )
        return None if row is None else _hold(row)

    async def take(self, wanted: Wanted, *, at: datetime, told: AfterTaking) -> Taken | Held:
        """Take a hold, or say whose lock is in the way.

        Asked twice with one key it is one hold, also after that has ended. Who holds the same already gets
        it renewed. Freezes stand beside each other, and a rollback's lock beside anybody's: it must hold.
        """

        def work(session: Session) -> Taken | Held:
            audit_store.queue_up(session)  # two in one second: the second sees what the first took
            known = session.scalars(select(Row).where(Row.key == wanted.key)).one_or_none()
            if known is not None:
                return Taken(_hold(known))
            rows = [row for row in _overlapping(session, wanted) if row.until is None or at < row.until]
            if wanted.kind is HoldKind.LOCK and wanted.by != PAWDEPLOY:
                others = [row for row in rows if row.by != wanted.by]
                if others:  # a rollback's first: it is the harder one to get past
                    return Held(_hold(max(others, key=lambda row: row.by == PAWDEPLOY)))
            mine = next((row for row in rows if row.by == wanted.by and row.service == wanted.service), None)
            renewed = mine is not None and wanted.by != PAWDEPLOY
            if mine is None or not renewed:
                mine = Row(since=at, **_columns(wanted))
                session.add(mine)
            else:
                mine.until, mine.reason = wanted.until, wanted.reason
                mine.nagged_at = at if mine.nagged_at else None
            session.flush()
            hold = _hold(mine)
            _note(session, hold, at, wanted.by, _begun(hold, renewed=renewed), wanted.reason)
            taken = Taken(hold, renewed)
            self._owe(session, told(taken), at)
            return taken

        return await self._db.change(work)

    async def end(
        self, holds: Sequence[Hold], *, by: str, why: str, at: datetime, told: AfterEnding, once: str = ""
    ) -> tuple[Hold, ...]:
        """End holds together; return those that had not ended by then: only of them is anything told.

        ``once`` names it: a second time raises ``Repeated``, for what is held by then was taken since.
        """
        running = update(Row).where(col(Row.ended_at).is_(None))
        running = running.where(or_(col(Row.until).is_(None), col(Row.until) > at))

        def work(session: Session) -> tuple[Hold, ...]:
            ended = []
            audit_store.queue_up(session)
            done_once.must_be_first(session, once, at)
            for hold in holds:
                change = running.where(col(Row.id) == hold.id).values(ended_at=at, ended_by=by)
                if changed(session.execute(change)) != 1:
                    continue
                ended.append(hold)
                _note(session, hold, at, by, _ended(hold, by), why)
                self._owe(session, told(hold), at)
            return tuple(ended)

        return await self._db.change(work)

    async def unnagged(self, since: datetime) -> tuple[tuple[Hold, datetime | None], ...]:
        """Return people's open locks of which nobody was reminded after ``since``, with the last reminder.

        Some may have run out of time: the caller looks.
        """
        query = (
            select(Row)
            .where(col(Row.ended_at).is_(None), Row.kind == HoldKind.LOCK.value, Row.by != PAWDEPLOY)
            .where(col(Row.since) <= since)
            .where(or_(col(Row.nagged_at).is_(None), col(Row.nagged_at) <= since))
            .order_by(col(Row.id))
        )
        return await self._db.look(
            lambda session: tuple((_hold(row), row.nagged_at) for row in session.scalars(query))
        )

    async def nag(self, hold: Hold, last: datetime | None, *, at: datetime, owed: tuple[Owed, ...]) -> bool:
        """Owe a reminder; false when another replica did since ``last``, or the lock has ended."""
        change = update(Row).where(col(Row.id) == hold.id, col(Row.ended_at).is_(None)).values(nagged_at=at)
        same = col(Row.nagged_at).is_(None) if last is None else col(Row.nagged_at) == last

        def work(session: Session) -> bool:
            if changed(session.execute(change.where(same))) != 1:
                return False
            self._owe(session, owed, at)
            return True

        return await self._db.change(work)

    async def auto_deploy_is_on(self, hold: Hold, *, by: str, at: datetime) -> bool:
        """Note that the platform ships by itself again; false when that was noted before."""
        change = (
            update(Row)
            .where(col(Row.id) == hold.id, col(Row.auto_deploy_off).is_(True))
            .values(auto_deploy_off=False)
        )

        def work(session: Session) -> bool:
            audit_store.queue_up(session)
            if changed(session.execute(change)) != 1:
                return False
            _note(session, hold, at, by, "auto_deploy.on", "")
            return True

        return await self._db.change(work)

    def _owe(self, session: Session, owed: tuple[Owed, ...], at: datetime) -> None:
        for one in owed:
            post = Post(key=one.key, kind=one.kind, channel=one.channel, body=one.body, created_at=at)
            owe_in(session, self._db, post)


def _overlapping(session: Session, wanted: Wanted) -> list[Row]:
    """Return open holds of the same kind that cover some of the same services."""
    query = (
        select(Row)
        .where(col(Row.ended_at).is_(None), Row.kind == wanted.kind.value)
        .where(Row.environment == wanted.environment)
        .order_by(col(Row.id))
    )
    if wanted.service:
        query = query.where(col(Row.service).in_(["", wanted.service]))
    return list(session.scalars(query))


def _columns(wanted: Wanted) -> dict[str, Any]:
    return {
        "key": wanted.key,
        "kind": wanted.kind.value,
        "service": wanted.service,
        "environment": wanted.environment,
        "by": wanted.by,
        "until": wanted.until,
        "reason": wanted.reason,
        "run_id": wanted.run_id,
        "auto_deploy_off": wanted.auto_deploy_off,
    }


def _begun(hold: Hold, *, renewed: bool) -> str:
    if hold.kind is HoldKind.LOCK:
        return "lock.renewed" if renewed else "lock.taken"
    return "freeze.renewed" if renewed else "freeze.begun"


def _ended(hold: Hold, by: str) -> str:
    if hold.kind is HoldKind.FREEZE:
        return "freeze.ended"
    return "lock.released" if hold.by in {by, PAWDEPLOY} else "lock.taken_over"


def _note(session: Session, hold: Hold, at: datetime, actor: str, action: str, why: str) -> None:
    evidence: dict[str, str | int | bool] = {
        "hold": hold.id,
        "environment": hold.environment,
        "service": hold.service,
        "held_by": hold.by,
        "until": hold.until.isoformat() if hold.until else "",
        "why": why[:300],
    }
    audit_store.append(
        session,
        at=at,
        actor=actor,
        action=action,
        run_id=hold.run_id,
        evidence={name: value for name, value in evidence.items() if value},
    )


def _hold(row: Row) -> Hold:
    return Hold(
        id=row.id or 0,
        kind=HoldKind(row.kind),
        service=row.service,
        environment=row.environment,
        by=row.by,
        since=row.since,
        until=row.until,
        reason=row.reason,
        run_id=row.run_id,
        auto_deploy_off=row.auto_deploy_off,
    )
