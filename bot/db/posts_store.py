"""The messages we owe Slack: what is due, what was tried, where it landed."""

from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from bot.db.runs_store import changed
from bot.db.session import Database
from bot.db.tables import Post, Run


async def owe_in(session: AsyncSession, db: Database, post: Post) -> None:
    """Owe ``post`` in the caller's transaction; the same key twice is one message."""
    values: dict[str, Any] = post.model_dump()
    await session.execute(db.insert(Post).values(**values).on_conflict_do_nothing(index_elements=["key"]))


class PostsStore:
    """Reads and writes ``posts``."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def owe(
        self, key: str, *, kind: str, channel: str, body: str, at: datetime, run_id: int | None = None
    ) -> None:
        """Remember a message to send; the same key twice is one message."""
        post = Post(key=key, kind=kind, channel=channel, body=body, created_at=at, run_id=run_id)
        async with self._db.write() as session:
            await owe_in(session, self._db, post)

    async def due(self) -> tuple[Post, ...]:
        """Return cards older than their run and messages not posted yet, oldest first."""
        behind = and_(col(Post.kind) == "card", col(Post.sent_revision) < col(Run.revision))
        # A direct message is tried once: whether it arrived cannot be looked up.
        untried = or_(col(Post.kind) != "dm", col(Post.trying_since).is_(None))
        unsent = and_(col(Post.kind) != "card", col(Post.ts) == "", untried)
        query = (
            select(Post)
            .join(Run, col(Run.id) == col(Post.run_id), isouter=True)
            .where(or_(behind, unsent))
            .order_by(col(Post.created_at), col(Post.key))
        )
        async with self._db.read() as session:
            return tuple((await session.execute(query)).scalars().all())

    async def find(self, key: str) -> Post | None:
        """Return the message called ``key``."""
        async with self._db.read() as session:
            return (await session.execute(select(Post).where(Post.key == key))).scalar_one_or_none()

    async def card(self, run_id: int) -> Post | None:
        """Return where run ``run_id``'s card is."""
        async with self._db.read() as session:
            query = select(Post).where(Post.run_id == run_id, Post.kind == "card")
            return (await session.execute(query)).scalar_one_or_none()

    async def trying(self, key: str, at: datetime) -> bool:
        """Claim the first try to post; false when there was one already."""
        change = (
            update(Post).where(col(Post.key) == key, col(Post.trying_since).is_(None)).values(trying_since=at)
        )
        async with self._db.write() as session:
            return changed(await session.execute(change)) == 1

    async def untried(self, key: str) -> None:
        """Take back the claim of the first try: Slack said that it did nothing."""
        async with self._db.write() as session:
            await session.execute(update(Post).where(col(Post.key) == key).values(trying_since=None))

    async def landed(self, key: str, *, channel: str, ts: str, revision: int) -> None:
        """Store where a message is and how new it is."""
        async with self._db.write() as session:
            await session.execute(
                update(Post)
                .where(col(Post.key) == key)
                .values(channel=channel, ts=ts, sent_revision=revision)
            )

    async def lost(self, key: str) -> None:
        """Forget where a message was, because Slack says it is gone: it will be posted anew.

        With a card its reactions are gone. Nobody took theirs away: they are read afresh on the new one.
        """
        card_of = select(col(Post.run_id)).where(Post.key == key, Post.kind == "card").scalar_subquery()
        async with self._db.write() as session:
            await session.execute(update(Run).where(col(Run.id) == card_of).values(listening=False))
            await session.execute(
                update(Post).where(col(Post.key) == key).values(ts="", sent_revision=0, trying_since=None)
            )
