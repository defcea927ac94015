"""``/pawincident drill PLAYBOOK [headline…]`` - for practice; nothing real is touched."""

from handlers._incidents import may_work
from handlers._opening import open_and_say
from handlers.commands._subcommand import Asked, Services, Subcommand
from handlers.commands.incident_open import ask, read
from handlers.render._blocks import Message

_USAGE = "/pawincident drill PLAYBOOK [headline…]"


async def run(asked: Asked, services: Services) -> Message | None:
    """Open it as a drill, every message about it says so; without a playbook the form asks for one."""
    await may_work(services.people, services.project, asked.user, "start drills")
    request = read(asked, services, _USAGE, drill=True)
    if not request.playbook:
        await ask(asked, services, request)
        return None
    return await open_and_say(services.incidents, request, asked.channel)


SUBCOMMAND = Subcommand(
    name="drill",
    usage=_USAGE,
    summary="Go through a playbook for practice; nothing real is touched",
    run=run,
    most=60,
)
