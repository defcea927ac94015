"""Which incident people mean by where they speak: its room, its thread, the only one that is open."""

from bot.db.incidents_reader import IncidentsReader
from bot.engine.reasons import Reason
from bot.errors import UserError


async def the_one_here(reader: IncidentsReader, channel: str, thread_ts: str) -> int | None:
    """Return the incident a message in ``channel`` is about; None when that cannot be told.

    Its own room and its thread tell also after its end; elsewhere only what is open counts, and only when
    there is one.
    """
    if (found := await reader.in_room(channel)) is not None:
        return found
    if thread_ts and (found := await reader.by_thread(channel, thread_ts)) is not None:
        return found
    for several in (await reader.open_in(channel), await reader.open_ids()):
        if len(several) == 1:
            return several[0]
        if several:
            return None
    return None


async def the_one_meant(reader: IncidentsReader, channel: str, thread_ts: str) -> int:
    """Return the incident somebody means who names none.

    Raises:
        UserError: when there is none, or there are several.

    """
    found = await the_one_here(reader, channel, thread_ts)
    if found is not None:
        return found
    several = await reader.open_ids()
    if several:
        listed = ", ".join(str(number) for number in several[:10])
        msg = f"Several incidents are open: {listed}. Name one: `/pawincident status {several[0]}`."
    else:
        msg = "No incident is open. `/pawincident open` opens one, `/pawincident list` shows earlier ones."
    raise UserError(msg, reason=Reason.UNKNOWN_INCIDENT)
