"""Join, beside "there is one of the same kind": who pressed comes to help."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.project import Project
from handlers._incidents import may_work
from handlers._payloads import JoinButton
from handlers._services import Incidents, People
from handlers._show import answer
from handlers.render._text import listed
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
    """Have them, and what they came from, belong to it; say where it is worked on."""
    await ack()
    user = body["user"]["id"]
    button = JoinButton.decode(action.get("value", ""))
    await may_work(people, project, user)
    incident = await incidents.join(button.incident, user, alert=button.alert, run=button.run)
    where = f" It is worked on in <#{there}>." if (there := incident.room or incident.channel) else ""
    brought = _brought(button, {alert.id for alert in incident.alerts}, {run.id for run in incident.runs})
    said = render_notice(f"You joined incident {incident.id}.{brought}{where}")
    await answer(body, respond, client, said)


def _brought(button: JoinButton, alerts: set[int], runs: set[int]) -> str:
    """Say what belongs to it now of what they came from."""
    named = [f"alert {button.alert}"] if button.alert in alerts else []
    named += [f"run {button.run}"] if button.run in runs else []
    verb = "belongs" if len(named) == 1 else "belong"
    return f" {listed(named).capitalize()} {verb} to it now." if named else ""
