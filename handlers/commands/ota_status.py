"""``/pawota status [environment]`` - which update people have: by runtime, how many of them, since when."""

from handlers.commands._ota import meant
from handlers.commands._subcommand import APP, Asked, Services, Subcommand
from handlers.render._blocks import Message
from handlers.render.app_status import render_app_status


async def run(asked: Asked, services: Services) -> Message:
    """Ask Expo, say what it has; anybody may look."""
    there = meant(asked, services)
    return render_app_status(await services.apps.status(there.app.name, there.name), now=asked.now)


SUBCOMMAND = Subcommand(
    name="status",
    usage="/pawota status [ENVIRONMENT] [--app NAME]",
    summary="Which update people have, how many of them, since when",
    run=run,
    options=(APP,),
    most=1,
)
