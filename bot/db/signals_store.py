"""What the testing agent said of commits. A message counts once, however often it comes."""

from datetime import datetime

from sqlalchemy.orm import Session
from sqlmodel import col, select

from bot.db import audit_store
from bot.db.session import Database
from bot.db.tables import Signal as SignalRow
from bot.engine.signals import Signal, Verdict, newest


class SignalsStore:
    """Reads and writes ``test_signals``."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def keep(self, message_id: str, signal: Signal, *, received_at: datetime) -> bool:
        """Store a verdict with its audit entry; false, and nothing changed, when the message is known.

        ``message_id`` is the sender's own, 120 characters at most.
        """
        row = SignalRow(
            id=message_id,
            sha=signal.sha,
            suite=signal.suite,
            verdict=signal.verdict.value,
            url=signal.url,
            at=signal.at,
        )
        statement = self._db.insert(SignalRow).values(**row.model_dump())
        statement = statement.on_conflict_do_nothing(index_elements=["id"])

        def work(session: Session) -> bool:
            audit_store.queue_up(session)
            if session.scalar(statement.returning(col(SignalRow.id))) is None:
                return False
            audit_store.append(
                session,
                at=received_at,
                actor="testing agent",
                action="tests.reported",
                evidence={
                    "message": message_id,
                    "sha": signal.sha,
                    "suite": signal.suite,
                    "verdict": signal.verdict.value,
                    "url": signal.url[:300],
                },
            )
            return True

        return await self._db.change(work)

    async def verdicts(self, sha: str) -> dict[str, Signal]:
        """Return the newest word on each suite of exactly this commit."""
        query = select(SignalRow).where(SignalRow.sha == sha.lower())
        rows = await self._db.look(lambda session: session.scalars(query).all())
        return newest(tuple(_signal(row) for row in rows))


def _signal(row: SignalRow) -> Signal:
    return Signal(sha=row.sha, suite=row.suite, verdict=Verdict(row.verdict), url=row.url, at=row.at)
