"""The reject form, submitted: the reason stops the run, or completes a no said by reaction."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from handlers._payloads import VoteForm
from handlers._services import Consent
from handlers._show import show
from handlers.render.forms import working_view
from handlers.render.notices import notice_view, render_notice
from handlers.render.reason_forms import REJECT_CALLBACK as CALLBACK
from handlers.views._reason import bad_reason, read_reason

__all__ = ["CALLBACK", "handle"]


async def handle(
    ack: AsyncAck,
    body: Mapping[str, Any],
    view: Mapping[str, Any],
    client: AsyncWebClient,
    consent: Consent,
) -> None:
    """Reject with the reason given; rights are looked up once more, for time has passed."""
    form = VoteForm.decode(view["private_metadata"])
    reason, user = read_reason(view), body["user"]["id"]
    if not reason:
        await ack(response_action="errors", errors=bad_reason())
        return
    await ack(response_action="update", view=working_view("Reject"))
    if form.ask:
        run = await consent.reject(form.run, form.ask, user, reason)
    else:
        run = await consent.give_reason(form.run, user, reason)
    said = render_notice(f"Run {run.id} is rejected. Its card says by whom and why.")
    await show(client, view["id"], notice_view(said))
