"""``/pawdeploy lock [environment]`` - keep an environment to oneself for a while."""

from typing import assert_never

from bot.engine.holding import Held, Taken
from bot.engine.holds import Locked
from bot.engine.reasons import Reason
from bot.errors import UserError
from handlers.commands import _holding
from handlers.commands._subcommand import SERVICE, Asked, Services, Subcommand
from handlers.render._blocks import Message
from handlers.render._text import told
from handlers.render.holds import render_locked

_USAGE = "/pawdeploy lock [ENVIRONMENT] [because …] [until …|for …] [--service NAME]"


async def run(asked: Asked, services: Services) -> Message:
    """Lock it, or say whose lock is there."""
    wanted = await _holding.read(asked, services, usage=_USAGE)
    await _holding.may_hold(services.people, wanted.places, asked.user, "lock")
    taken = await services.holds.lock(
        asked.delivery,
        service=wanted.service,
        environment=wanted.environment,
        by=asked.user,
        reason=wanted.reason,
        until=wanted.until,
    )
    match taken:
        case Taken(hold, renewed):
            return render_locked(hold, wanted.end_in_words(asked.now), renewed=renewed)
        case Held(hold):
            reason, said = services.holds.refusal(Locked(hold)) or (Reason.LOCKED, "")
            raise UserError(told(said), reason=reason)
        case _:
            assert_never(taken)


SUBCOMMAND = Subcommand(
    name="lock",
    usage=_USAGE,
    summary="Keep others from deploying; a reminder comes after a while",
    run=run,
    options=(SERVICE,),
    most=1,
    rest_from=_holding.REST,
)
