"""Say why, in the thread: somebody rejected by reaction, which stopped the run and named no reason."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.project import Project
from handlers._payloads import VoteForm
from handlers._services import Desk
from handlers._show import open_form
from handlers.actions._pressed import pressed
from handlers.render._buttons import GIVE_REASON as ACTION
from handlers.render.reason_forms import reject_form

__all__ = ["ACTION", "handle"]


async def handle(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, str],
    client: AsyncWebClient,
    desk: Desk,
    project: Project,
) -> None:
    """Open the form; that it was this person who said no is checked when they send it."""
    await ack()
    run = (await pressed(action, desk, project)).run
    await open_form(client, body["trigger_id"], reject_form(run, VoteForm(run=run.id)))
