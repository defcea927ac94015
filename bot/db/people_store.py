"""Who was in which Slack user group when we could last ask, and when the link to Slack last worked."""

from datetime import datetime

from sqlmodel import col, select

from bot.db.session import Database
from bot.db.tables import GroupMembers, Presence


class PeopleStore:
    """Reads and writes ``group_members``."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def members(self, group_id: str) -> tuple[frozenset[str], datetime] | None:
        """Return a group's members and when they were read, or None when never."""
        async with self._db.read() as session:
            row = (
                await session.execute(select(GroupMembers).where(col(GroupMembers.group_id) == group_id))
            ).scalar_one_or_none()
        return None if row is None else (frozenset(row.members.split()), row.fetched_at)

    async def remember(self, group_id: str, members: frozenset[str], at: datetime) -> None:
        """Store a group's members."""
        async with self._db.write() as session:
            await session.merge(
                GroupMembers(group_id=group_id, members=" ".join(sorted(members)), fetched_at=at)
            )


class PresenceStore:
    """Reads and writes ``presence``."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def seen_at(self) -> datetime | None:
        """Return when the link to Slack last worked, or None on the first start."""
        async with self._db.read() as session:
            return (await session.execute(select(col(Presence.seen_at)))).scalar_one_or_none()

    async def seen(self, at: datetime) -> None:
        """Note that the link works."""
        async with self._db.write() as session:
            await session.merge(Presence(id=1, seen_at=at))
