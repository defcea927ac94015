"""``/pawmobile review`` - what each store says, since when, and what a person does next."""

from bot.engine.states import RunKind
from handlers.commands import _mobile
from handlers.commands._subcommand import Asked, Services, Subcommand
from handlers.render._blocks import Message
from handlers.render.mobile_lists import render_review


async def run(asked: Asked, services: Services) -> Message:
    """Ask the stores, say what they said."""
    there = _mobile.place(asked, services)
    seen = await services.apps.status(there.app.name, there.name)
    newest = await services.apps.history(there.app.name, there.name, frozenset({RunKind.RELEASE}), limit=1)
    return render_review(seen, newest[0] if newest else None, now=asked.now)


SUBCOMMAND = Subcommand(
    name="review",
    usage="/pawmobile review [--app NAME] [--environment NAME]",
    summary="What each store says of the app, since when, and what to do next",
    run=run,
    options=_mobile.PLACE,
)
