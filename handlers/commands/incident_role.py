"""``/pawincident role [N] ROLE @somebody|me`` - give a role of the incident to somebody."""

from handlers._incidents import may_work
from handlers._words import head
from handlers.commands._incident import meant, nothing_more, said, somebody
from handlers.commands._subcommand import Asked, Services, Subcommand
from handlers.render._blocks import Message
from handlers.render._text import code, person

_USAGE = "/pawincident role [N] ROLE @somebody|me"


async def run(asked: Asked, services: Services) -> Message | None:
    """Give it; the card shows who has it."""
    await may_work(services.people, services.project, asked.user)
    incident, rest = await meant(asked, services, _USAGE)
    role, rest = head(rest)
    who, _, more = rest.strip().partition(" ")
    nothing_more(more, _USAGE)
    user = somebody(who, asked.user, _USAGE)
    await services.incidents.role(incident.id, asked.user, role.lower(), user)
    return said(incident, asked, f"{person(user)} is {code(role.lower(), 40)} of incident {incident.id}.")


SUBCOMMAND = Subcommand(
    name="role", usage=_USAGE, summary="Give a role, such as commander, to somebody", run=run, free=True
)
