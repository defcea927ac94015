"""``/pawdeploy history [environment]`` - the newest runs."""

from handlers._places import find_environment
from handlers.commands._subcommand import Asked, Services, Subcommand
from handlers.render._blocks import Message
from handlers.render.lists import render_history


async def run(asked: Asked, services: Services) -> Message:
    """List the newest runs, of one environment or of all."""
    typed = asked.words.at(0)
    environment = find_environment(services.project, typed) if typed else None
    return render_history(await services.desk.history(environment), environment, now=asked.now)


SUBCOMMAND = Subcommand(
    name="history",
    usage="/pawdeploy history [ENVIRONMENT]",
    summary="The ten newest runs",
    run=run,
    most=1,
)
