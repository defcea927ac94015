"""Look again, on a step: the bot looks now, not when its time comes. The card says what it found."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.project import Project
from handlers._incidents import workable
from handlers._payloads import StepButton
from handlers._services import Incidents, People
from handlers.render.incident_card import INCIDENT_LOOK as ACTION

__all__ = ["ACTION", "handle"]


async def handle(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, str],
    incidents: Incidents,
    people: People,
    project: Project,
) -> None:
    """Have it look."""
    await ack()
    user = body["user"]["id"]
    button = StepButton.decode(action.get("value", ""))
    await workable(incidents, people, project, button.incident, button.step, user)
    await incidents.look(button.incident, button.step, user)
