"""``/pawdeploy mute service [environment] for … because …`` - no cards of it for a while."""

from handlers._alerts import configured, may_mute
from handlers.commands import _muting
from handlers.commands._holding import REST
from handlers.commands._subcommand import Asked, Services, Subcommand
from handlers.render._blocks import Message
from handlers.render.alert_lists import render_muted

_USAGE = "/pawdeploy mute SERVICE [ENVIRONMENT] for … because …"


async def run(asked: Asked, services: Services) -> Message:
    """Mute it; an end and a reason are needed, for it hides what breaks."""
    configured(services.project)
    wanted = await _muting.read(asked, services, usage=_USAGE)
    await may_mute(services.people, services.project, wanted.places, asked.user, "mute")
    mute = await services.alerts.mute(
        asked.delivery,
        service=wanted.service,
        environment=wanted.environment,
        by=asked.user,
        until=wanted.until,
        why=wanted.why,
    )
    longest = await services.alerts.covering(mute.service, mute.environment)
    return render_muted(mute, wanted.end_in_words(asked.now), longest)


SUBCOMMAND = Subcommand(
    name="mute",
    usage=_USAGE,
    summary="No cards of a service for a while; alerts are still kept and counted",
    run=run,
    most=100,  # the reason may stand without `because`
    rest_from=REST,
)
