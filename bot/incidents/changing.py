"""How a move is made on an incident in the database: one transaction, which may end the job it belongs to."""

from collections.abc import Callable

from bot.db.incident_jobs_store import JobRow
from bot.engine.incident_sheet import Change, Sheet
from bot.incidents.draft import Draft
from bot.incidents.needs import IncidentKit

Move = Callable[[Draft], bool]
"""Writes into a draft; returns whether anything changed."""


async def make(
    kit: IncidentKit, incident_id: int, move: Move, *, job: int | None = None, once: str = ""
) -> bool:
    """Make a move; return whether anything changed. Raises the ``UserError`` of a move that refuses.

    ``once`` names what somebody asked for: the same again changes nothing, whatever came in between.
    """

    def decide(sheet: Sheet) -> Change | None:
        # Now, in its turn: of two who wait to be next, the timeline has first who came first.
        draft = Draft(sheet, kit.clock.now())
        return draft.finish() if move(draft) else None

    if await kit.store.change(incident_id, decide, at=kit.clock.now(), job=job, once=once) is None:
        return False
    kit.cards.changed()
    kit.tell()
    return True


async def change(kit: IncidentKit, job: JobRow, move: Move) -> None:
    """Make a move on a job's incident, and end the job in the same transaction."""
    await make(kit, job.incident_id, move, job=job.id)
