"""``/pawincident note [N] words…`` - put words on the timeline."""

from handlers._incidents import may_work
from handlers.commands._incident import meant, said, sentence
from handlers.commands._subcommand import Asked, Services, Subcommand
from handlers.render._blocks import Message

_USAGE = "/pawincident note [N] words…"


async def run(asked: Asked, services: Services) -> Message | None:
    """Note it; the same delivery is the same note."""
    await may_work(services.people, services.project, asked.user)
    incident, rest = await meant(asked, services, _USAGE)
    words = sentence(rest, _USAGE)
    await services.incidents.note(incident.id, asked.user, words, asked.delivery)
    return said(incident, asked, f"Noted on the timeline of incident {incident.id}.", free=True)


SUBCOMMAND = Subcommand(name="note", usage=_USAGE, summary="Put words on the timeline", run=run, free=True)
