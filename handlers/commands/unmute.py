"""``/pawdeploy unmute service [environment]`` - show its alerts again before the mute is over."""

from handlers._alerts import configured, may_mute
from handlers.commands import _muting
from handlers.commands._subcommand import Asked, Services, Subcommand
from handlers.render._blocks import Message
from handlers.render.alert_lists import render_unmuted

_USAGE = "/pawdeploy unmute SERVICE [ENVIRONMENT]"


async def run(asked: Asked, services: Services) -> Message:
    """End the mutes there; of a service alone, all of them."""
    configured(services.project)
    words = asked.words
    if not words.words:
        raise _muting.which_service(services.project, _USAGE)
    places = _muting.covered(services.project, words.at(0), words.at(1))
    await may_mute(services.people, services.project, places, asked.user, "unmute")
    service, environment = places[0].service.name, places[0].name if words.at(1) else ""
    ended = await services.alerts.unmute(service=service, environment=environment, by=asked.user)
    return render_unmuted(ended, await services.alerts.covering(service, environment))


SUBCOMMAND = Subcommand(
    name="unmute",
    usage=_USAGE,
    summary="Show its alerts again",
    run=run,
    most=2,
)
