"""``/pawincident update [N] words…`` - write how it stands, for everybody; without words in a form."""

from handlers._incidents import may_work, must_be_open
from handlers._show import open_form
from handlers.commands._incident import meant, said, sentence
from handlers.commands._subcommand import Asked, Services, Subcommand
from handlers.render._blocks import Message
from handlers.render.incident_forms import update_form

_USAGE = "/pawincident update [N] words…"


async def run(asked: Asked, services: Services) -> Message | None:
    """Write it, or ask for it; the same delivery is the same update."""
    await may_work(services.people, services.project, asked.user)
    incident, rest = await meant(asked, services, _USAGE)
    if not rest:
        must_be_open(incident)
        await open_form(services.client, asked.trigger, update_form(incident))
        return None
    words = sentence(rest, _USAGE)
    await services.incidents.update(incident.id, asked.user, words, asked.delivery)
    return said(incident, asked, f"Everybody at incident {incident.id} reads it.", free=True)


SUBCOMMAND = Subcommand(
    name="update",
    usage=_USAGE,
    summary="Write how it stands, for everybody; without words in a form",
    run=run,
    free=True,
)
