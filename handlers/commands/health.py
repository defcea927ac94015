"""``/pawdeploy health`` - how everything watched is: services, their parts, what they stand on."""

from handlers._alerts import configured
from handlers.commands._subcommand import Asked, Services, Subcommand
from handlers.render._blocks import Message
from handlers.render.health_list import render_health


async def run(asked: Asked, services: Services) -> Message:
    """Say what was seen last; anybody may look."""
    configured(services.project)
    return render_health(await services.alerts.health(), now=asked.now)


SUBCOMMAND = Subcommand(
    name="health",
    usage="/pawdeploy health",
    summary="How services and what they stand on are, as seen last",
    run=run,
)
