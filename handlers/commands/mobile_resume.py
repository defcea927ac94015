"""``/pawmobile resume [ios|android]`` - go on with what was halted at a store."""

from bot.engine.stores import OrderKind
from handlers.commands import _mobile
from handlers.commands._ordering import BECAUSE, order
from handlers.commands._subcommand import Asked, Services, Subcommand
from handlers.render._blocks import Message

_USAGE = "/pawmobile resume [ios|android] [because …] [--app NAME] [--environment NAME]"


async def run(asked: Asked, services: Services) -> Message | None:
    """Start the order; people agree to it first, where the project file says so."""
    return await order(OrderKind.RESUME, asked, services, _USAGE)


SUBCOMMAND = Subcommand(
    name="resume",
    usage=_USAGE,
    summary="Go on with what was halted at the stores",
    run=run,
    options=_mobile.PLACE,
    most=1,
    rest_from=frozenset({BECAUSE}),
)
