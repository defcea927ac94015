"""``/pawincident status [N]`` - how an incident stands: the one of this channel, or the one named."""

from handlers.commands._incident import meant, nothing_more
from handlers.commands._subcommand import Asked, Services, Subcommand
from handlers.render import _incident_words
from handlers.render._blocks import Message
from handlers.render.notices import render_notice

_USAGE = "/pawincident status [N]"


async def run(asked: Asked, services: Services) -> Message:
    """Say it; anybody may look."""
    incident, rest = await meant(asked, services)
    nothing_more(rest, _USAGE)
    return render_notice(_incident_words.standing(incident, asked.now))


SUBCOMMAND = Subcommand(
    name="status",
    usage=_USAGE,
    summary="How an incident stands, the one of this channel or number N",
    run=run,
    free=True,
)
