"""``/pawmobile halt [ios|android] because …`` - nobody new gets what is going out at a store."""

from bot.engine.reasons import Reason
from bot.engine.stores import OrderKind
from bot.errors import UserError
from handlers.commands import _mobile
from handlers.commands._ordering import BECAUSE, order, why
from handlers.commands._subcommand import Asked, Services, Subcommand
from handlers.render._blocks import Message

_USAGE = "/pawmobile halt [ios|android] because … [--app NAME] [--environment NAME]"


async def run(asked: Asked, services: Services) -> Message | None:
    """Start the order; people agree to it first, where the project file says so."""
    if not why(asked):
        msg = f"Why? Everybody will read it on the card: `{_USAGE}`. Nothing was changed."
        raise UserError(msg, reason=Reason.NO_REASON)
    return await order(OrderKind.HALT, asked, services, _USAGE)


SUBCOMMAND = Subcommand(
    name="halt",
    usage=_USAGE,
    summary="Halt what is going out at the stores: nobody new gets it",
    run=run,
    options=_mobile.PLACE,
    most=1,
    rest_from=frozenset({BECAUSE}),
)
