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
        return await self._db.look(
            lambda session: session.scalar(select(col(Mark.at)).where(Mark.name == name))
        )

    async def mark(self, name: str, at: datetime) -> None:
        """Remember that ``name`` was looked at up to ``at``."""
        statement = self._db.insert(Mark).values(name=name, at=at)
        change = statement.on_conflict_do_update(index_elements=["name"], set_={"at": at})
        await self._db.change(lambda session: session.execute(change))
