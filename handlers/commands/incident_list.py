"""``/pawincident list`` - incidents, open ones first."""

from handlers.commands._subcommand import Asked, Services, Subcommand
from handlers.render._blocks import Message
from handlers.render.incident_lists import render_incident_list


async def run(asked: Asked, services: Services) -> Message:
    """List them; anybody may look."""
    return render_incident_list(await services.incidents.list(), asked.now)


SUBCOMMAND = Subcommand(name="list", usage="/pawincident list", summary="Incidents, open ones first", run=run)
