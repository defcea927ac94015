"""What a pin and a mark share: the message goes to the timeline, or whoever meant that is told why not."""

from slack_sdk.web.async_client import AsyncWebClient

from handlers._services import Incidents
from handlers._show import whisper
from handlers.render._text import listed
from handlers.render.notices import render_notice

_MOST_NAMED = 10


async def notice(
    incidents: Incidents, client: AsyncWebClient, channel: str, ts: str, user: str, delivery: str
) -> None:
    """Have a message noted; where it cannot be told which incident it is about, say so to ``user`` alone."""
    several = await incidents.noticed(channel, ts, user, key=delivery)
    if not several:
        return
    numbers = [str(number) for number in several[:_MOST_NAMED]]
    said = (
        f"Incidents {listed(numbers)} are open, and nothing says which of them that message is about: "
        f"it is on no timeline. `/pawincident note {numbers[0]} words…` puts words on that of one; "
        "a message in an incident's own thread or channel goes there by itself."
    )
    await whisper(client, channel, user, render_notice(said))
