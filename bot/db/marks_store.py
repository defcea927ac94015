"""Up to when something outside was looked at, so that a restart goes on from there."""

from datetime import datetime

from sqlmodel import col, select

from bot.db.alert_tables import Mark
from bot.db.session import Database


class MarksStore:
    """Reads and writes ``marks``."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def seen_until(self, name: str) -> datetime | None:
        """Return up to when ``name`` was looked at; None: never."""
        async with self._db.read() as session:
            return (await session.execute(select(col(Mark.at)).where(Mark.name == name))).scalar_one_or_none()

    async def mark(self, name: str, at: datetime) -> None:
        """Remember that ``name`` was looked at up to ``at``."""
        statement = self._db.insert(Mark).values(name=name, at=at)
        async with self._db.write() as session:
            await session.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"at": at}))
