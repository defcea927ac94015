"""``/pawmobile status`` - an app as people have it: over the air, built, at the stores, how stable."""

from handlers.commands import _mobile
from handlers.commands._subcommand import Asked, Services, Subcommand
from handlers.render._blocks import Message
from handlers.render.app_status import render_app_status


async def run(asked: Asked, services: Services) -> Message:
    """Ask, say what was seen."""
    there = _mobile.place(asked, services)
    return render_app_status(await services.apps.status(there.app.name, there.name), now=asked.now)


SUBCOMMAND = Subcommand(
    name="status",
    usage="/pawmobile status [--app NAME] [--environment NAME]",
    summary="What people have over the air and from the stores, and how stable it is",
    run=run,
    options=_mobile.PLACE,
)
