"""Resolve, on an alert: a form asks from when on, and warns while it still fires. Resolves nothing itself."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.project import Project
from handlers._alerts import around, may_act, pressed_alert
from handlers._services import Alerts, People
from handlers._show import open_form
from handlers.render.alert_card import RESOLVE as ACTION
from handlers.render.alert_forms import resolve_form

__all__ = ["ACTION", "handle"]


async def handle(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, str],
    client: AsyncWebClient,
    alerts: Alerts,
    people: People,
    project: Project,
) -> None:
    """Open the form while the trigger is fresh; ``views/alert_resolve_form.py`` takes it from there."""
    await ack()
    user = body["user"]["id"]
    await may_act(people, project, user)
    alert = await pressed_alert(action, alerts)
    await open_form(
        client, body["trigger_id"], resolve_form(alert, now=datetime.now(UTC), around=around(alert, project))
    )
