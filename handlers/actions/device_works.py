"""Works on iOS, Works on Android, on a release's card: a tester says so. A form asks on which device."""

import re
from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.engine.mobile import Verdict
from bot.project import Project
from handlers._services import Desk, People
from handlers._show import open_form
from handlers._testing import asked_of
from handlers.render._release_buttons import DEVICE_WORKS
from handlers.render.device_forms import device_form

__all__ = ["ACTION", "handle"]

ACTION = re.compile(rf"^{DEVICE_WORKS}:(ios|android)$", re.ASCII)
"""In one row each button has an id of its own."""


async def handle(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, str],
    client: AsyncWebClient,
    desk: Desk,
    people: People,
    project: Project,
) -> None:
    """Open the form while the trigger is fresh; ``views/device_form.py`` takes it from there."""
    await ack()
    run, button = await asked_of(action, desk, people, project, body["user"]["id"])
    await open_form(client, body["trigger_id"], device_form(run, Verdict.WORKS, button.platform))
