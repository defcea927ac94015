"""Update, on an incident: a form asks how it stands. Writes nothing itself."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.project import Project
from handlers._incidents import may_work
from handlers._payloads import IncidentButton
from handlers._services import Incidents, People
from handlers._show import open_form
from handlers.render.incident_card import INCIDENT_UPDATE as ACTION
from handlers.render.incident_forms import update_form

__all__ = ["ACTION", "handle"]


async def handle(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, str],
    client: AsyncWebClient,
    incidents: Incidents,
    people: People,
    project: Project,
) -> None:
    """Open the form while the trigger is fresh; ``views/incident_update_form.py`` takes it from there."""
    await ack()
    user = body["user"]["id"]
    button = IncidentButton.decode(action.get("value", ""))
    await may_work(people, project, user)
    incident = await incidents.incident(button.incident)
    await open_form(client, body["trigger_id"], update_form(incident))
