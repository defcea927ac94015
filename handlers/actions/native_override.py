"""Publish all the same, on a card refused because nobody knows whether it is JavaScript only: asks why."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.engine.reasons import Reason
from bot.errors import UserError
from bot.project import Project
from handlers._payloads import MOVED_ON, AttemptForm, RunButton
from handlers._places import may_pass_native
from handlers._services import Desk, People
from handlers._show import open_form
from handlers._testing import app_place_of
from handlers.render._update_buttons import NATIVE_OVERRIDE as ACTION
from handlers.render.reason_forms import native_form

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
    """Ask why, where this person may say so and the run still waits for it."""
    await ack()
    button = RunButton.decode(action.get("value", ""))
    run = await desk.run(button.run)
    await may_pass_native(people, app_place_of(run, project), body["user"]["id"])
    if run.reason is not Reason.NATIVE_UNKNOWN or run.attempt != button.attempt:
        raise UserError(MOVED_ON, reason=Reason.STALE_BUTTON)
    form = native_form(run, AttemptForm(run=run.id, attempt=run.attempt))
    await open_form(client, body["trigger_id"], form)
