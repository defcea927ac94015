"""An answer of a decision: its branch opens, for everybody. The card shows who decided."""

import re
from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.project import Project
from handlers._incidents import workable
from handlers._payloads import ChoiceButton
from handlers._services import Incidents, People
from handlers.render.incident_card import INCIDENT_CHOOSE

__all__ = ["ACTION", "handle"]

ACTION = re.compile(rf"^{INCIDENT_CHOOSE}:\d$", re.ASCII)
"""In one row each button has an id of its own."""


async def handle(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, str],
    incidents: Incidents,
    people: People,
    project: Project,
) -> None:
    """Decide."""
    await ack()
    user = body["user"]["id"]
    button = ChoiceButton.decode(action.get("value", ""))
    await workable(incidents, people, project, button.incident, button.step, user)
    await incidents.choose(button.incident, button.step, button.choice, user)
