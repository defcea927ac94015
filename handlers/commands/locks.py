"""``/pawdeploy locks`` - what is locked or frozen now: who, since when, until when, why."""

from handlers.commands._subcommand import Asked, Services, Subcommand
from handlers.render._blocks import Message
from handlers.render.holds import render_holds


async def run(asked: Asked, services: Services) -> Message:
    """List them; anybody may look."""
    return render_holds(await services.holds.list(), now=asked.now)


SUBCOMMAND = Subcommand(
    name="locks", usage="/pawdeploy locks", summary="What is locked or frozen, by whom and why", run=run
)
