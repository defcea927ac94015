"""What the database knows of who was asked and who spoke; nothing here decides or writes."""

from sqlmodel import col, select

from bot.db._voices import Spoken, spoken, spoken_in
from bot.db.session import Database
from bot.db.tables import Post, Run


class ConsentReader:
    """Reads what ``ConsentStore`` writes."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def last_round(self, run_id: int) -> int:
        """Return the number of the newest round of asking; 0 before the first."""
        query = select(col(Run.round)).where(Run.id == run_id)
        return await self._db.look(lambda session: session.scalar(query)) or 0

    async def shown(self, run_id: int) -> bool:
        """Say whether the card that is in Slack now names what is asked now."""
        query = (
            select(col(Post.key))
            .join(Run, col(Run.id) == col(Post.run_id))
            .where(Run.id == run_id, Run.binding != "", Post.kind == "card", Post.ts != "")
            .where(col(Post.sent_revision) >= col(Run.asked_revision))
        )
        return await self._db.look(lambda session: session.execute(query).first() is not None)

    async def voices(self, run_id: int) -> tuple[Spoken, ...]:
        """Return everybody known to the run, in the order they last spoke; of any binding."""
        return await self._db.look(
            lambda session: tuple(spoken(row) for row in session.scalars(spoken_in(run_id)))
        )

    async def listening(self, run_id: int) -> bool:
        """Say whether reactions count by now: ``listen`` was done for the card that is in Slack."""
        query = select(col(Run.listening)).where(Run.id == run_id)
        return bool(await self._db.look(lambda session: session.scalar(query)))

    async def config_digest(self, run_id: int) -> str:
        """Return what the project file was when people were asked; empty before."""
        query = select(col(Run.config_digest)).where(Run.id == run_id)
        return await self._db.look(lambda session: session.scalar(query)) or ""

    async def find(self, channel: str, ts: str) -> int | None:
        """Return the run whose card is that message."""
        query = select(col(Post.run_id)).where(Post.channel == channel, Post.ts == ts, Post.kind == "card")
        return await self._db.look(lambda session: session.scalars(query).first())
