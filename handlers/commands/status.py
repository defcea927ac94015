"""``/pawdeploy status`` - what every environment runs now, as observed."""

from handlers.commands._subcommand import Asked, Services, Subcommand
from handlers.render._blocks import Message
from handlers.render.lists import render_status


async def run(asked: Asked, services: Services) -> Message:
    """Ask the desk, say what it saw."""
    return render_status(await services.desk.status(), now=asked.now)


SUBCOMMAND = Subcommand(
    name="status", usage="/pawdeploy status", summary="What every environment runs now", run=run
)
