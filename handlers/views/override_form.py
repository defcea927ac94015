"""The soak override form, submitted: the run goes on and asks one more person than usual."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.project import Project
from handlers._payloads import AttemptForm
from handlers._places import may_cut_soak
from handlers._services import Desk, People
from handlers._show import show
from handlers.actions._pressed import place_of
from handlers.render.forms import working_view
from handlers.render.notices import notice_view, render_notice
from handlers.render.reason_forms import OVERRIDE_CALLBACK as CALLBACK
from handlers.views._reason import bad_reason, read_reason

__all__ = ["CALLBACK", "handle"]


async def handle(
    ack: AsyncAck,
    body: Mapping[str, Any],
    view: Mapping[str, Any],
    client: AsyncWebClient,
    desk: Desk,
    people: People,
    project: Project,
) -> None:
    """Go on without the rest of the soak, where this person may (still) say so."""
    form = AttemptForm.decode(view["private_metadata"])
    reason, user = read_reason(view), body["user"]["id"]
    if not reason:
        await ack(response_action="errors", errors=bad_reason())
        return
    await ack(response_action="update", view=working_view("Skip the soak"))
    await may_cut_soak(people, place_of(await desk.run(form.run), project), user)
    run = await desk.override_soak(form.run, form.attempt, user, reason)
    said = render_notice(f"Run {run.id} goes on without the rest of its soak; its card asks for approvals.")
    await show(client, view["id"], notice_view(said))
