"""Halt, on a release that is going out: nobody new gets it. A form asks where and why."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.project import Project
from handlers._payloads import RunButton
from handlers._services import Desk, People
from handlers._show import open_form
from handlers._testing import app_place_of, may_order
from handlers.render._release_buttons import STORE_HALT as ACTION
from handlers.render.device_forms import halt_form

__all__ = ["ACTION", "handle"]


async def handle(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, str],
    client: AsyncWebClient,
    desk: Desk,
    people: People,
    project: Project,
) -> None:
    """Open the form while the trigger is fresh; ``views/halt_form.py`` takes it from there."""
    await ack()
    run = await desk.run(RunButton.decode(action.get("value", "")).run)
    await may_order(people, app_place_of(run, project), body["user"]["id"], "halt")
    await open_form(client, body["trigger_id"], halt_form(run))
