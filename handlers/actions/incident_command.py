"""Take command, on an incident that nobody leads. The card shows who does."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.engine.incidents import COMMANDER
from bot.project import Project
from handlers._incidents import may_work
from handlers._payloads import IncidentButton
from handlers._services import Incidents, People
from handlers.render.incident_card import INCIDENT_COMMAND as ACTION

__all__ = ["ACTION", "handle"]


async def handle(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, str],
    incidents: Incidents,
    people: People,
    project: Project,
) -> None:
    """Make whoever pressed its commander."""
    await ack()
    user = body["user"]["id"]
    button = IncidentButton.decode(action.get("value", ""))
    await may_work(people, project, user)
    await incidents.role(button.incident, user, COMMANDER, user)
