"""What the database knows of who was asked and who spoke; nothing here decides or writes."""

from sqlmodel import col, select

from bot.db._voices import Spoken, rows_of, spoken
from bot.db.session import Database
from bot.db.tables import Post, Run


class ConsentReader:
    """Reads what ``ConsentStore`` writes."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def last_round(self, run_id: int) -> int:
        """Return the number of the newest round of asking; 0 before the first."""
        async with self._db.read() as session:
            query = select(col(Run.round)).where(Run.id == run_id)
            return (await session.execute(query)).scalar_one_or_none() or 0

    async def shown(self, run_id: int) -> bool:
        """Say whether the card that is in Slack now names what is asked now."""
        query = (
            select(col(Post.key))
            .join(Run, col(Run.id) == col(Post.run_id))
            .where(Run.id == run_id, Run.binding != "", Post.kind == "card", Post.ts != "")
            .where(col(Post.sent_revision) >= col(Run.asked_revision))
        )
        async with self._db.read() as session:
            return (await session.execute(query)).first() is not None

    async def voices(self, run_id: int) -> tuple[Spoken, ...]:
        """Return everybody known to the run, in the order they last spoke; of any binding."""
        async with self._db.read() as session:
            return tuple(spoken(row) for row in await rows_of(session, run_id))

    async def listening(self, run_id: int) -> bool:
        """Say whether reactions count by now: ``listen`` was done for the card that is in Slack."""
        async with self._db.read() as session:
            found = await session.execute(select(col(Run.listening)).where(Run.id == run_id))
            return bool(found.scalar_one_or_none())

    async def config_digest(self, run_id: int) -> str:
        """Return what the project file was when people were asked; empty before."""
        async with self._db.read() as session:
            found = await session.execute(select(col(Run.config_digest)).where(Run.id == run_id))
            return found.scalar_one_or_none() or ""

    async def find(self, channel: str, ts: str) -> int | None:
        """Return the run whose card is that message."""
        query = select(col(Post.run_id)).where(Post.channel == channel, Post.ts == ts, Post.kind == "card")
        async with self._db.read() as session:
            return (await session.execute(query)).scalars().first()
