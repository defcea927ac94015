"""``/pawota rollback [environment]`` - take the newest update back, to the one before or what is built in."""

from bot.pipelines.requests import UpdateBackRequest
from handlers._places import may_take_back
from handlers._words import Option
from handlers.commands._ota import meant, started
from handlers.commands._subcommand import APP, Asked, Services, Subcommand
from handlers.render._blocks import Message

EMERGENCY = Option("--emergency", "Take it back without asking for approval", '"reason"')


async def run(asked: Asked, services: Services) -> Message | None:
    """Start the way back; its card says what goes back to what."""
    there = meant(asked, services)
    request = UpdateBackRequest(
        key=asked.delivery,
        app=there.app.name,
        environment=there.name,
        by=asked.user,
        emergency=asked.words.options.get(EMERGENCY.name, ""),
    )
    await may_take_back(services.people, there, asked.user, emergency=bool(request.emergency))
    return started(await services.updates.take_back(request), asked, services)


SUBCOMMAND = Subcommand(
    name="rollback",
    usage='/pawota rollback [ENVIRONMENT] [--app NAME] [--emergency "reason"]',
    summary="Take the newest update back, to the one before it or to what is built into the app",
    run=run,
    options=(APP, EMERGENCY),
    most=1,
)
