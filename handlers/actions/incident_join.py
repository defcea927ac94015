"""Join, beside "there is one of the same kind": who pressed comes to help."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.project import Project
from handlers._incidents import may_work
from handlers._payloads import IncidentButton
from handlers._services import Incidents, People
from handlers._show import answer
from handlers.render.incident_card import INCIDENT_JOIN as ACTION
from handlers.render.notices import render_notice

__all__ = ["ACTION", "handle"]


async def handle(
    ack: AsyncAck,
    respond: AsyncRespond,
    body: Mapping[str, Any],
    action: Mapping[str, str],
    client: AsyncWebClient,
    incidents: Incidents,
    people: People,
    project: Project,
) -> None:
    """Have them belong to it, and say where it is worked on."""
    await ack()
    user = body["user"]["id"]
    button = IncidentButton.decode(action.get("value", ""))
    await may_work(people, project, user)
    incident = await incidents.join(button.incident, user)
    where = f" It is worked on in <#{there}>." if (there := incident.room or incident.channel) else ""
    said = render_notice(f"You joined incident {incident.id}.{where}")
    await answer(body, respond, client, said)
