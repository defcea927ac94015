"""The box of a step: ticked, it is done; cleared, a form asks why before anything is taken back."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import UserError, VendorError
from bot.project import Project
from handlers._incidents import workable
from handlers._payloads import StepBox
from handlers._services import Incidents, People
from handlers._show import open_form
from handlers.render.incident_card import INCIDENT_TICK as ACTION
from handlers.render.incident_forms import untick_form

__all__ = ["ACTION", "handle"]


async def handle(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, Any],
    client: AsyncWebClient,
    incidents: Incidents,
    people: People,
    project: Project,
) -> None:
    """Tick it, or ask why not; the card shows what came of it.

    The client has changed the box by itself. Where nothing came of that, yet or at all, it is shown as it is.
    """
    await ack()
    user = body["user"]["id"]
    box = StepBox.decode(action.get("block_id", ""))
    try:
        incident, step = await workable(incidents, people, project, box.incident, box.step, user)
        if action.get("selected_options"):
            await incidents.tick(box.incident, box.step, user)
            return
        await open_form(client, body["trigger_id"], untick_form(incident, step))
    except (UserError, VendorError):
        await incidents.show_again(box.incident, box.step)
        raise
    await incidents.show_again(box.incident, box.step)
