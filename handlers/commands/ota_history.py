"""``/pawota history [environment]`` - the newest updates and ways back."""

from bot.engine.states import RunKind
from handlers.commands._ota import meant
from handlers.commands._subcommand import APP, Asked, Services, Subcommand
from handlers.render._blocks import Message
from handlers.render.ota_lists import render_ota_history

_KINDS = frozenset({RunKind.UPDATE, RunKind.UPDATE_BACK})


async def run(asked: Asked, services: Services) -> Message:
    """List them, newest first."""
    there = meant(asked, services)
    runs = await services.apps.history(there.app.name, there.name, _KINDS)
    return render_ota_history(runs, there.name, now=asked.now)


SUBCOMMAND = Subcommand(
    name="history",
    usage="/pawota history [ENVIRONMENT] [--app NAME]",
    summary="The ten newest updates and ways back",
    run=run,
    options=(APP,),
    most=1,
)
