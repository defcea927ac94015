"""Ship without the rest of the soak: on a card refused for it. Takes a role, a reason, one more approval."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.engine.reasons import Reason
from bot.errors import UserError
from bot.project import Project
from handlers._payloads import MOVED_ON, AttemptForm
from handlers._places import may_cut_soak
from handlers._services import Desk, People
from handlers._show import open_form
from handlers.actions._pressed import pressed
from handlers.render._buttons import OVERRIDE as ACTION
from handlers.render.reason_forms import override_form

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
    """Ask why, where this person may override and the run still waits for it."""
    await ack()
    found = await pressed(action, desk, project)
    await may_cut_soak(people, found.place, body["user"]["id"])
    run, button = found.run, found.button
    if run.reason is not Reason.NOT_SOAKED or run.attempt != button.attempt:
        raise UserError(MOVED_ON, reason=Reason.STALE_BUTTON)
    await open_form(
        client, body["trigger_id"], override_form(run, AttemptForm(run=run.id, attempt=run.attempt))
    )
