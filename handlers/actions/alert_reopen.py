"""Reopen, on an alert that is over or put aside: at its source too. The card says when it is done."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.engine.alerts import ActKind, ActRequest
from bot.project import Project
from handlers._alerts import may_act
from handlers._payloads import AlertButton
from handlers._services import Alerts, People
from handlers.render.alert_card import REOPEN as ACTION

__all__ = ["ACTION", "handle"]


async def handle(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, str],
    alerts: Alerts,
    people: People,
    project: Project,
    delivery: str,
) -> None:
    """Have it reopened; there is nothing to ask first."""
    await ack()
    user = body["user"]["id"]
    button = AlertButton.decode(action.get("value", ""))
    await may_act(people, project, user)
    await alerts.act(ActRequest(key=delivery, alert=button.alert, kind=ActKind.REOPEN, how="", by=user))
