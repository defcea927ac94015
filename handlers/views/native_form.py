"""The form that asks why to publish what may hold native code, submitted: the run goes on, asks one more."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.project import Project
from handlers._app_services import Updates
from handlers._payloads import AttemptForm
from handlers._places import may_pass_native
from handlers._services import Desk, People
from handlers._show import show
from handlers._testing import app_place_of
from handlers.render.forms import working_view
from handlers.render.notices import notice_view, render_notice
from handlers.render.reason_forms import NATIVE_CALLBACK as CALLBACK
from handlers.views._reason import bad_reason, read_reason

__all__ = ["CALLBACK", "handle"]


async def handle(
    ack: AsyncAck,
    body: Mapping[str, Any],
    view: Mapping[str, Any],
    client: AsyncWebClient,
    desk: Desk,
    updates: Updates,
    people: People,
    project: Project,
) -> None:
    """Go on without the proof, where this person may (still) say so."""
    form = AttemptForm.decode(view["private_metadata"])
    reason, user = read_reason(view), body["user"]["id"]
    if not reason:
        await ack(response_action="errors", errors=bad_reason())
        return
    await ack(response_action="update", view=working_view("Publish all the same"))
    await may_pass_native(people, app_place_of(await desk.run(form.run), project), user)
    run = await updates.override_native(form.run, form.attempt, user, reason)
    said = render_notice(f"Run {run.id} goes on without the proof; its card asks for one more approval.")
    await show(client, view["id"], notice_view(said))
