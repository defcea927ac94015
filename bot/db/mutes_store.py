"""Services nobody wants to hear of for a while: each mute begun and ended once, with its audit entry."""

from datetime import datetime

from sqlalchemy import or_, update
from sqlalchemy.orm import Session
from sqlmodel import col, select

from bot.db import audit_store, done_once
from bot.db.alert_tables import Mute
from bot.db.session import Database
from bot.engine.alerts import MuteView


class MutesStore:
    """Reads and writes ``mutes``."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def begin(
        self, key: str, *, service: str, environment: str, by: str, until: datetime, why: str, at: datetime
    ) -> MuteView:
        """Mute a service; the same ``key`` again is the first mute, unchanged."""
        mute = Mute(key=key, service=service, environment=environment, by=by, since=at, until=until, why=why)
        statement = self._db.insert(Mute).values(**mute.model_dump(exclude={"id"}))
        statement = statement.on_conflict_do_nothing(index_elements=["key"])

        def work(session: Session) -> MuteView:
            audit_store.queue_up(session)
            new = session.scalar(statement.returning(col(Mute.id))) is not None
            if new:
                told = {
                    "service": service,
                    "environment": environment,
                    "until": until.isoformat(),
                    "why": why[:500],
                }
                audit_store.append(session, at=at, actor=by, action="alerts.muted", evidence=told)
            row = session.scalars(select(Mute).where(Mute.key == key)).one()
            return _view(row)

        return await self._db.change(work)

    async def end(
        self, *, service: str, environment: str, by: str, at: datetime, once: str = ""
    ) -> tuple[MuteView, ...]:
        """End the mutes of a service in one environment; empty: all of them, everywhere. Return them.

        ``once`` names it: a second time raises ``Repeated``, for what is mute by then was muted since.
        """
        query = (
            update(Mute)
            .where(col(Mute.service) == service, col(Mute.ended_at).is_(None), col(Mute.until) > at)
            .values(ended_at=at, ended_by=by)
            .returning(Mute)
        )
        if environment:
            query = query.where(col(Mute.environment) == environment)

        def work(session: Session) -> tuple[MuteView, ...]:
            audit_store.queue_up(session)
            done_once.must_be_first(session, once, at)
            views = tuple(_view(row) for row in session.scalars(query))
            for view in views:
                told = {"service": service, "environment": view.environment}
                audit_store.append(session, at=at, actor=by, action="alerts.unmuted", evidence=told)
            return views

        return await self._db.change(work)

    async def open(self, now: datetime) -> tuple[MuteView, ...]:
        """Return the mutes in force, oldest first."""
        query = select(Mute).where(col(Mute.ended_at).is_(None), col(Mute.until) > now).order_by(col(Mute.id))
        return await self._db.look(lambda session: tuple(_view(row) for row in session.scalars(query)))

    async def covering(self, service: str, environment: str, now: datetime) -> MuteView | None:
        """Return the mute that covers a place (empty: everywhere) and lasts longest; None: nothing does."""
        query = (
            select(Mute)
            .where(Mute.service == service, col(Mute.ended_at).is_(None), col(Mute.until) > now)
            .where(or_(col(Mute.environment) == "", col(Mute.environment) == environment))
            .order_by(col(Mute.until).desc())
            .limit(1)
        )
        row = await self._db.look(lambda session: session.scalars(query).one_or_none())
        return None if row is None else _view(row)


def _view(row: Mute) -> MuteView:
    assert row.id is not None  # noqa: S101 - it comes from the database; narrowed for mypy
    return MuteView(
        id=row.id,
        service=row.service,
        environment=row.environment,
        by=row.by,
        since=row.since,
        until=row.until,
        why=row.why,
    )
