"""``/pawincident list`` - incidents, open ones first."""

from handlers.commands._subcommand import Asked, Services, Subcommand
from handlers.render._blocks import Message
from handlers.render.notices import render_notice


async def run(asked: Asked, services: Services) -> Message:
    """List them; anybody may look."""
    return render_notice(f"{(await services.incidents.list()).open} open")


SUBCOMMAND = Subcommand(name="list", usage="/pawincident list", summary="Incidents, open ones first", run=run)
