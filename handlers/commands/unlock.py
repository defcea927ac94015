"""``/pawdeploy unlock [environment]`` - end a lock: one's own, a rollback's, or for a reason another's."""

from bot.engine.holds import HoldKind
from handlers.commands import _holding
from handlers.commands._subcommand import SERVICE, Asked, Services, Subcommand
from handlers.render._blocks import Message
from handlers.render.holds import render_ended

_USAGE = "/pawdeploy unlock [ENVIRONMENT] [because …] [--service NAME]"


async def run(asked: Asked, services: Services) -> Message:
    """End every lock there; whoever held one is told."""
    wanted = await _holding.read(asked, services, usage=_USAGE, timed=False)
    found = await services.holds.held(HoldKind.LOCK, service=wanted.service, environment=wanted.environment)
    await _holding.may_end(services.people, wanted.places, found, asked.user, "unlock")
    ended = await services.holds.unlock(
        service=wanted.service, environment=wanted.environment, by=asked.user, reason=wanted.reason
    )
    return render_ended(ended, by=asked.user)


SUBCOMMAND = Subcommand(
    name="unlock",
    usage=_USAGE,
    summary="Let others deploy again; another's lock needs a reason, and they are told",
    run=run,
    options=(SERVICE,),
    most=1,
    rest_from=frozenset({_holding.BECAUSE}),
)
