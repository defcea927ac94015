"""Roll back, on a card that has ended: opens the form that asks where to. Starts nothing itself."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.engine.reasons import Reason
from bot.errors import UserError
from bot.project import Project
from handlers._places import may_ship
from handlers._services import Desk, People
from handlers._show import open_form
from handlers.actions._pressed import pressed
from handlers.render._buttons import ROLL_BACK as ACTION
from handlers.render.rollback_form import rollback_form

__all__ = ["ACTION", "handle"]


async def handle(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, str],
    client: AsyncWebClient,
    desk: Desk,
    people: People,
    project: Project,
) -> None:
    """Open the form while the trigger is fresh; ``handlers/views/rollback_form.py`` takes it from there."""
    await ack()
    found = await pressed(action, desk, project)
    await may_ship(people, found.place, body["user"]["id"])
    choices = await desk.rollback_choices(found.run.service, found.run.environment)
    if not choices:
        msg = (
            f"No earlier good run in `{found.place.name}` is known to go back to. To ship an older commit: "
            f"`/pawdeploy {found.place.name} SHA`."
        )
        raise UserError(msg, reason=Reason.NOTHING_TO_ROLL_BACK)
    view = rollback_form(choices, emergency=bool(found.place.environment.emergency_roles))
    await open_form(client, body["trigger_id"], view)
