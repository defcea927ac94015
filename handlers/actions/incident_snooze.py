"""Snooze, on a reminder to write an update: the next one comes a little later."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.project import Project
from handlers._incidents import may_work
from handlers._payloads import IncidentButton
from handlers._services import Incidents, People
from handlers.render.incident_card import INCIDENT_SNOOZE as ACTION
from handlers.render.incident_card import SNOOZE_SECONDS

__all__ = ["ACTION", "handle"]


async def handle(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, str],
    incidents: Incidents,
    people: People,
    project: Project,
) -> None:
    """Put it off."""
    await ack()
    user = body["user"]["id"]
    button = IncidentButton.decode(action.get("value", ""))
    await may_work(people, project, user)
    await incidents.remind_later(button.incident, user, SNOOZE_SECONDS)
