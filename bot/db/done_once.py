"""What a delivery asks for is done once, in the transaction that does it.

A crash between that and the inbox's note sends the delivery through the door again. Most moves then find
what they want done already; but others may have gone on in between: what was ticked is taken back, who
agreed thought better of it. Without a name for what was done, a repeat would do it anew.
"""

from datetime import datetime

from sqlalchemy import Connection, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from bot.db.tables import DoneOnce
from bot.errors import Repeated


def first_now(connection: Connection, once: str, at: datetime) -> bool:
    """Note that what ``once`` names is done at ``at``; false when it was before. Empty names nothing: true.

    In a transaction that has queued up (``audit_store.queue_up``): of two the second sees the first's note.
    """
    if not once:
        return True
    if connection.execute(select(col(DoneOnce.name)).where(col(DoneOnce.name) == once)).first() is not None:
        return False
    connection.execute(insert(DoneOnce).values(name=once, at=at))
    return True


def must_be_first_now(connection: Connection, once: str, at: datetime) -> None:
    """Do what ``first_now`` does, and raise ``Repeated`` where it says no: nothing of this is written."""
    if not first_now(connection, once, at):
        raise Repeated(once)


async def must_be_first(session: AsyncSession, once: str, at: datetime) -> None:
    """Do what ``must_be_first_now`` does, in a session."""
    await session.run_sync(lambda sync: must_be_first_now(sync.connection(), once, at))
