"""``/pawmobile history`` - the newest releases and orders to the stores."""

from bot.engine.states import RunKind
from handlers.commands import _mobile
from handlers.commands._subcommand import Asked, Services, Subcommand
from handlers.render._blocks import Message
from handlers.render.mobile_lists import render_releases

_KINDS = frozenset({RunKind.RELEASE, RunKind.STORE})


async def run(asked: Asked, services: Services) -> Message:
    """List them, newest first."""
    there = _mobile.place(asked, services)
    found = await services.apps.history(there.app.name, there.name, _KINDS)
    return render_releases(found, there.app.name, there.name, now=asked.now)


SUBCOMMAND = Subcommand(
    name="history",
    usage="/pawmobile history [--app NAME] [--environment NAME]",
    summary="The ten newest releases and orders to the stores",
    run=run,
    options=_mobile.PLACE,
)
