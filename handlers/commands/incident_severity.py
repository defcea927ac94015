"""``/pawincident severity [N] sev1|sev2|sev3`` - say how bad it is."""

from handlers._incidents import may_work
from handlers._words import head
from handlers.commands._incident import meant, nothing_more, read_severity, said
from handlers.commands._subcommand import Asked, Services, Subcommand
from handlers.render._blocks import Message

_USAGE = "/pawincident severity [N] sev1|sev2|sev3"


async def run(asked: Asked, services: Services) -> Message | None:
    """Change it; the card shows it."""
    await may_work(services.people, services.project, asked.user)
    incident, rest = await meant(asked, services, _USAGE)
    word, more = head(rest)
    nothing_more(more, _USAGE)
    severity = read_severity(word, _USAGE)
    await services.incidents.severity(incident.id, asked.user, severity)
    return said(incident, asked, f"Incident {incident.id} is {severity.value} now.")


SUBCOMMAND = Subcommand(name="severity", usage=_USAGE, summary="Say how bad it is", run=run, free=True)
