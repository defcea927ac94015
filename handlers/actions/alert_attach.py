"""Attach to incident, on an alert: a form asks which. Attaches nothing itself."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.engine.incidents import IncidentState
from bot.project import Project
from handlers._alerts import may_act, pressed_alert
from handlers._services import Alerts, Incidents, People
from handlers._show import open_form
from handlers.render.alert_card import ATTACH as ACTION
from handlers.render.alert_forms import attach_form

__all__ = ["ACTION", "handle"]


async def handle(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, str],
    client: AsyncWebClient,
    alerts: Alerts,
    incidents: Incidents,
    people: People,
    project: Project,
) -> None:
    """Open the form while the trigger is fresh; ``views/alert_attach_form.py`` takes it from there."""
    await ack()
    user = body["user"]["id"]
    await may_act(people, project, user)
    alert = await pressed_alert(action, alerts)
    known = (await incidents.list()).rows
    ours = tuple(row for row in known if row.state is IncidentState.OPEN and not row.drill)
    await open_form(client, body["trigger_id"], attach_form(alert, ours))
