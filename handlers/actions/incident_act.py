"""The button of a step that starts something: with the right that takes anywhere else, and its consent."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.project import Project
from handlers._incidents import may_act, step_of
from handlers._payloads import StepButton
from handlers._services import Incidents, People
from handlers.render.incident_card import INCIDENT_ACT as ACTION

__all__ = ["ACTION", "handle"]


async def handle(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, str],
    incidents: Incidents,
    people: People,
    project: Project,
) -> None:
    """Start it, once; its own card asks whoever must agree."""
    await ack()
    user = body["user"]["id"]
    button = StepButton.decode(action.get("value", ""))
    incident = await incidents.incident(button.incident)
    await may_act(people, project, incident, step_of(incident, button.step), user)
    await incidents.act(button.incident, button.step, user)
