"""``/pawdeploy unfreeze environment`` - end the freezes people set; windows of the file stay."""

from bot.engine.holds import HoldKind
from handlers.commands import _holding
from handlers.commands._subcommand import SERVICE, Asked, Services, Subcommand
from handlers.render._blocks import Message
from handlers.render.holds import render_ended

_USAGE = "/pawdeploy unfreeze ENVIRONMENT [because …] [--service NAME]"


async def run(asked: Asked, services: Services) -> Message:
    """End every freeze there; whoever set one is told."""
    wanted = await _holding.read(asked, services, usage=_USAGE, named=True, timed=False)
    found = await services.holds.held(HoldKind.FREEZE, service=wanted.service, environment=wanted.environment)
    await _holding.may_end(services.people, wanted.places, found, asked.user, "unfreeze")
    ended = await services.holds.unfreeze(
        service=wanted.service, environment=wanted.environment, by=asked.user, reason=wanted.reason
    )
    return render_ended(ended, by=asked.user)


SUBCOMMAND = Subcommand(
    name="unfreeze",
    usage=_USAGE,
    summary="End a freeze somebody set",
    run=run,
    options=(SERVICE,),
    most=1,
    rest_from=frozenset({_holding.BECAUSE}),
)
