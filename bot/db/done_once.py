"""What a delivery asks for is done once, in the transaction that does it.

A crash between that and the inbox's note sends the delivery through the door again. Most moves then find
what they want done already; but others may have gone on in between: what was ticked is taken back, who
agreed thought better of it. Without a name for what was done, a repeat would do it anew.
"""

from datetime import datetime

from sqlalchemy import insert, select
from sqlmodel import col

from bot.db.session import Within
from bot.db.tables import DoneOnce
from bot.errors import Repeated


def first(within: Within, once: str, at: datetime) -> bool:
    """Note that what ``once`` names is done at ``at``; false when it was before. Empty names nothing: true.

    In a transaction that has queued up (``audit_store.queue_up``): of two the second sees the first's note.
    """
    if not once:
        return True
    if within.execute(select(col(DoneOnce.name)).where(col(DoneOnce.name) == once)).first() is not None:
        return False
    within.execute(insert(DoneOnce).values(name=once, at=at))
    return True


def must_be_first(within: Within, once: str, at: datetime) -> None:
    """Do what ``first`` does, and raise ``Repeated`` where it says no: nothing of this is written."""
    if not first(within, once, at):
        raise Repeated(once)
