"""Open incident, on an alert: a form with what the alert suggests. Opens nothing itself."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.project import Project
from handlers import _show
from handlers._alerts import configured, pressed_alert
from handlers._incidents import may_work
from handlers._payloads import OpenForm
from handlers._services import Alerts, Incidents, People
from handlers.render.alert_card import OPEN_INCIDENT as ACTION
from handlers.render.incident_forms import open_form

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
    """Open the form while the trigger is fresh; ``views/incident_open_form.py`` takes it from there."""
    await ack()
    configured(project)
    await may_work(people, project, body["user"]["id"], "open incidents")
    alert = await pressed_alert(action, alerts)
    view = open_form(
        incidents.playbooks(),
        chosen=alert.playbook,
        headline=alert.title,
        hidden=OpenForm(alert=alert.id),
    )
    await _show.open_form(client, body["trigger_id"], view)
