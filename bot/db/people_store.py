"""Who was in which Slack user group when we could last ask, and when the link to Slack last worked."""

from datetime import datetime
from typing import Any

from sqlmodel import SQLModel, col, select

from bot.db.session import Database
from bot.db.tables import GroupMembers, Presence


class PeopleStore:
    """Reads and writes ``group_members``."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def members(self, group_id: str) -> tuple[frozenset[str], datetime] | None:
        """Return a group's members and when they were read, or None when never."""
        query = select(GroupMembers).where(col(GroupMembers.group_id) == group_id)
        row = await self._db.look(lambda session: session.scalar(query))
        return None if row is None else (frozenset(row.members.split()), row.fetched_at)

    async def remember(self, group_id: str, members: frozenset[str], at: datetime) -> None:
        """Store a group's members."""
        row = GroupMembers(group_id=group_id, members=" ".join(sorted(members)), fetched_at=at)
        await _keep(self._db, GroupMembers, row.model_dump(), "group_id")


class PresenceStore:
    """Reads and writes ``presence``."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def seen_at(self) -> datetime | None:
        """Return when the link to Slack last worked, or None on the first start."""
        return await self._db.look(
            lambda session: session.scalars(select(col(Presence.seen_at))).one_or_none()
        )

    async def seen(self, at: datetime) -> None:
        """Note that the link works."""
        await _keep(self._db, Presence, Presence(id=1, seen_at=at).model_dump(), "id")


async def _keep(db: Database, table: type[SQLModel], values: dict[str, Any], key: str) -> None:
    """Write a row, whether it is there or not: another replica may write it at the same moment."""
    news = {name: value for name, value in values.items() if name != key}
    statement = db.insert(table).values(**values).on_conflict_do_update(index_elements=[key], set_=news)
    await db.change(lambda session: session.execute(statement))
