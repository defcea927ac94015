"""``/pawdeploy test-alert`` - send an alert the whole way a real one takes, to see that it arrives."""

from handlers._alerts import may_test
from handlers.commands._subcommand import Asked, Services, Subcommand
from handlers.render._blocks import Message
from handlers.render.alert_lists import render_test_sent


async def run(asked: Asked, services: Services) -> Message:
    """Send it; its card says the rest."""
    await may_test(services.people, services.project, asked.user)
    return render_test_sent(await services.alerts.test(asked.delivery, asked.user))


SUBCOMMAND = Subcommand(
    name="test-alert",
    usage="/pawdeploy test-alert",
    summary="Send an alert the way real ones come, to see that it arrives",
    run=run,
)
