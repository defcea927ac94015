"""Which incident people mean by where they speak: its room, its thread, the only one that is open."""

from bot.db.incidents_reader import IncidentsReader
from bot.engine.reasons import Reason
from bot.errors import UserError


async def those_here(reader: IncidentsReader, channel: str, thread_ts: str) -> tuple[int, ...]:
    """Return the incidents a message in ``channel`` may be about: mostly one, or none.

    Its own room and its thread tell also after its end; elsewhere only what is open counts: what has its card
    in the channel before all others.
    """
    if (found := await reader.in_room(channel)) is not None:
        return (found,)
    if thread_ts and (found := await reader.by_thread(channel, thread_ts)) is not None:
        return (found,)
    return await reader.open_in(channel) or await reader.open_ids()


async def those_noticed(reader: IncidentsReader, channel: str, thread_ts: str) -> tuple[int, ...]:
    """Return the incidents somebody may mean who marks a message; a drill does not compete with what is real.

    What is practised is talked about in its own thread or channel.
    """
    found = await those_here(reader, channel, thread_ts)
    return found if len(found) < 2 else await reader.real(found) or found


async def the_one_meant(reader: IncidentsReader, channel: str, thread_ts: str, line: str) -> int:
    """Return the incident somebody means who names none; ``line`` is what they typed, ``[N]`` its number.

    Raises:
        UserError: when there is none, or there are several.

    """
    found = await those_here(reader, channel, thread_ts)
    if len(found) == 1:
        return found[0]
    several = await reader.open_ids()
    if several:
        real = await reader.real(several)
        listed = ", ".join(str(one) if one in real else f"{one} (a drill)" for one in several[:10])
        named = line.replace("[N]", str((real or several)[0]))
        msg = f"Several incidents are open: {listed}. Name one: `{named}`."
    else:
        msg = "No incident is open. `/pawincident open` opens one, `/pawincident list` shows earlier ones."
    raise UserError(msg, reason=Reason.UNKNOWN_INCIDENT)
