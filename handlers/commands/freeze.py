"""``/pawdeploy freeze environment until … because …`` - nobody deploys there for a while."""

from bot.engine.reasons import Reason
from bot.errors import UserError
from handlers.commands import _holding
from handlers.commands._subcommand import SERVICE, Asked, Services, Subcommand
from handlers.render._blocks import Message
from handlers.render.holds import render_frozen

_USAGE = "/pawdeploy freeze ENVIRONMENT until … because … [--service NAME]"


async def run(asked: Asked, services: Services) -> Message:
    """Freeze it; an end and a reason are needed, for it stops everybody."""
    wanted = await _holding.read(asked, services, usage=_USAGE, named=True)
    await _holding.may_hold(services.people, wanted.places, asked.user, "freeze")
    if wanted.until is None:
        msg = f"Say until when: `/pawdeploy freeze {wanted.environment} until 18:00 because …`, or `for 2h`."
        raise UserError(msg, reason=Reason.BAD_TIME)
    taken = await services.holds.freeze(
        asked.delivery,
        service=wanted.service,
        environment=wanted.environment,
        by=asked.user,
        reason=wanted.reason,
        until=wanted.until,
    )
    return render_frozen(taken.hold, wanted.end_in_words(asked.now), renewed=taken.renewed)


SUBCOMMAND = Subcommand(
    name="freeze",
    usage=_USAGE,
    summary="Stop every deploy there for a while, but for an emergency",
    run=run,
    options=(SERVICE,),
    most=1,
    rest_from=_holding.REST,
)
