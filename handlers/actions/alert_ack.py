"""Acknowledge, on an alert: one person says that they look at it. The card itself shows it."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.project import Project
from handlers._alerts import may_act
from handlers._payloads import AlertButton
from handlers._services import Alerts, People
from handlers.render.alert_card import ACKNOWLEDGE as ACTION

__all__ = ["ACTION", "handle"]


async def handle(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, str],
    alerts: Alerts,
    people: People,
    project: Project,
) -> None:
    """Note it; refused when somebody already looks at it."""
    await ack()
    user = body["user"]["id"]
    button = AlertButton.decode(action.get("value", ""))
    await may_act(people, project, user)
    await alerts.acknowledge(button.alert, user)
