"""Open playbook, on an alert: the suggested checklist goes into the card's thread."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.project import Project
from handlers._alerts import may_act
from handlers._payloads import AlertButton
from handlers._services import Alerts, People
from handlers.render.alert_card import PLAYBOOK as ACTION

__all__ = ["ACTION", "handle"]


async def handle(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, str],
    alerts: Alerts,
    people: People,
    project: Project,
) -> None:
    """Put it there, once."""
    await ack()
    user = body["user"]["id"]
    button = AlertButton.decode(action.get("value", ""))
    await may_act(people, project, user)
    await alerts.open_playbook(button.alert, user)
