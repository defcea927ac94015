"""``/pawincident status [N]`` - how an incident stands: the one of this channel, or the one named."""

from handlers.commands._incident import meant, nothing_more
from handlers.commands._subcommand import Asked, Services, Subcommand
from handlers.render._blocks import Message
from handlers.render.incident_lists import render_incident_status

_USAGE = "/pawincident status [N]"


async def run(asked: Asked, services: Services) -> Message:
    """Say it; anybody may look."""
    incident, rest = await meant(asked, services, _USAGE)
    nothing_more(rest, _USAGE)
    record = await services.incidents.record(incident.id)
    return render_incident_status(record.incident, asked.now, record.entries)


SUBCOMMAND = Subcommand(
    name="status",
    usage=_USAGE,
    summary="How an incident stands, the one of this channel or number N",
    run=run,
    free=True,
)
