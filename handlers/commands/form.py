"""A bare ``/pawdeploy`` - open the deploy form."""

from handlers._show import open_form
from handlers.commands._subcommand import Asked, Services, Subcommand
from handlers.render.forms import deploy_form


async def run(asked: Asked, services: Services) -> None:
    """Open the form while the trigger is fresh; ``handlers/views/deploy_form.py`` takes it from there."""
    await open_form(services.client, asked.trigger, deploy_form(services.project))


SUBCOMMAND = Subcommand(name="", usage="/pawdeploy", summary="Choose in a form", run=run)
