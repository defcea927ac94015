"""``/pawincident reopen [N] because …`` - go on with an incident that was resolved."""

from bot.engine.reasons import Reason
from handlers._incidents import may_work
from handlers._words import head
from handlers.commands._holding import BECAUSE
from handlers.commands._incident import meant, said, sentence
from handlers.commands._subcommand import Asked, Services, Subcommand
from handlers.render._blocks import Message

_USAGE = "/pawincident reopen [N] because …"


async def run(asked: Asked, services: Services) -> Message | None:
    """Reopen it; its card and timeline say why."""
    await may_work(services.people, services.project, asked.user)
    incident, rest = await meant(asked, services, _USAGE)
    word, after = head(rest)
    why = sentence(after if word.lower() == BECAUSE else rest, _USAGE, Reason.NO_REASON)
    await services.incidents.reopen(incident.id, asked.user, why)
    return said(incident, asked, f"Incident {incident.id} is open again.")


SUBCOMMAND = Subcommand(
    name="reopen", usage=_USAGE, summary="Go on with one that was resolved", run=run, free=True
)
