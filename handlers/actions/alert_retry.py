"""Retry, on an alert: what somebody asked of its source was not done. The card says what comes of it."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.project import Project
from handlers._alerts import may_act
from handlers._payloads import ActButton
from handlers._services import Alerts, People
from handlers.render.alert_card import RETRY_ACT as ACTION

__all__ = ["ACTION", "handle"]


async def handle(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, str],
    alerts: Alerts,
    people: People,
    project: Project,
) -> None:
    """Try it again."""
    await ack()
    user = body["user"]["id"]
    button = ActButton.decode(action.get("value", ""))
    await may_act(people, project, user)
    await alerts.retry(button.act, user)
