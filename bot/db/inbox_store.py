"""Deliveries from Slack, kept before they are acknowledged: a crash loses none, a repeat does nothing."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session
from sqlmodel import col, select

from bot.db.session import Database
from bot.db.tables import Delivery, DoneOnce


class InboxStore:
    """Reads and writes ``inbox``."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def keep(self, key: str, body: str, at: datetime) -> bool:
        """Store a delivery; false when it is already here."""
        values: dict[str, Any] = Delivery(key=key, body=body, received_at=at).model_dump()
        statement = self._db.insert(Delivery).values(**values).on_conflict_do_nothing(index_elements=["key"])
        asked = statement.returning(col(Delivery.key))
        return await self._db.write_direct(lambda now: now.execute(asked).scalar() is not None)

    async def done(self, key: str, at: datetime) -> None:
        """Mark a delivery as worked off; its body is no longer needed."""
        change = update(Delivery).where(col(Delivery.key) == key).values(done_at=at, body="")
        await self._db.change(lambda session: session.execute(change))

    async def undone(self, before: datetime) -> tuple[Delivery, ...]:
        """Return deliveries received before ``before`` that nobody finished, oldest first."""
        query = select(Delivery).where(col(Delivery.done_at).is_(None), col(Delivery.received_at) < before)
        return await self._db.look(
            lambda session: tuple(session.scalars(query.order_by(col(Delivery.received_at))).all())
        )

    async def forget(self, before: datetime) -> None:
        """Drop finished deliveries older than ``before``, and what was done for them: none comes again."""

        def work(session: Session) -> None:
            session.execute(
                delete(Delivery).where(col(Delivery.done_at).is_not(None), col(Delivery.received_at) < before)
            )
            session.execute(delete(DoneOnce).where(col(DoneOnce.at) < before))

        await self._db.change(work)
