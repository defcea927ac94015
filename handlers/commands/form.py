"""A bare ``/pawdeploy`` - open the deploy form."""

from handlers.commands._subcommand import Asked, Services, Subcommand
from handlers.render.forms import deploy_form


async def run(asked: Asked, services: Services) -> None:
    """Open the form while the trigger is fresh; ``handlers/views/deploy_form.py`` takes it from there."""
    await services.client.views_open(trigger_id=asked.trigger, view=deploy_form(services.project))


SUBCOMMAND = Subcommand(name="", usage="/pawdeploy", summary="Open a form to choose from", run=run)
