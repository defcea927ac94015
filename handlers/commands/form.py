"""A bare ``/pawdeploy`` - open the deploy form."""

from slack_sdk.errors import SlackApiError

from bot.errors import VendorUnavailable
from handlers.commands._subcommand import Asked, Services, Subcommand
from handlers.render.forms import deploy_form


async def run(asked: Asked, services: Services) -> None:
    """Open the form while the trigger is fresh; ``handlers/views/deploy_form.py`` takes it from there."""
    try:
        await services.client.views_open(trigger_id=asked.trigger, view=deploy_form(services.project))
    except SlackApiError as error:  # mostly expired_trigger_id: three seconds had passed
        raise VendorUnavailable("Slack", "opening the form", detail=error.response["error"]) from error


SUBCOMMAND = Subcommand(name="", usage="/pawdeploy", summary="Choose in a form", run=run)
