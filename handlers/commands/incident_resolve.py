"""``/pawincident resolve [N]`` - open the form that asks what it was. Resolves nothing itself."""

from handlers._incidents import may_work, must_be_open
from handlers._show import open_form
from handlers.commands._incident import meant, nothing_more
from handlers.commands._subcommand import Asked, Services, Subcommand
from handlers.render.incident_forms import resolve_form

_USAGE = "/pawincident resolve [N]"


async def run(asked: Asked, services: Services) -> None:
    """Open it while the trigger is fresh; ``handlers/views/incident_resolve_form.py`` takes it from there."""
    await may_work(services.people, services.project, asked.user)
    incident, rest = await meant(asked, services, _USAGE)
    nothing_more(rest, _USAGE)
    must_be_open(incident)
    await open_form(services.client, asked.trigger, resolve_form(incident, now=asked.now))


SUBCOMMAND = Subcommand(
    name="resolve",
    usage=_USAGE,
    summary="End it: a form asks what it was, for the report",
    run=run,
    free=True,
)
