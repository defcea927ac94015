"""Send, on a step that tells somebody: a form shows the words, to be changed before they go."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.project import Project
from handlers._incidents import workable
from handlers._payloads import StepButton
from handlers._services import Incidents, People
from handlers._show import open_form
from handlers.render.incident_card import INCIDENT_TELL as ACTION
from handlers.render.incident_forms import tell_form

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
    """Open the form with what its template says; ``views/incident_tell_form.py`` takes it from there."""
    await ack()
    user = body["user"]["id"]
    button = StepButton.decode(action.get("value", ""))
    incident, step = await workable(incidents, people, project, button.incident, button.step, user)
    draft = await incidents.draft(button.incident, button.step)
    await open_form(client, body["trigger_id"], tell_form(incident, step, draft))
