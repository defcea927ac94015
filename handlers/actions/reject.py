"""Reject, on a card that asks: one no stops the run, and it wants a reason, so a form opens."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from handlers._payloads import VoteButton, VoteForm
from handlers._services import Consent
from handlers._show import open_form
from handlers.render._buttons import REJECT as ACTION
from handlers.render.reason_forms import reject_form

__all__ = ["ACTION", "handle"]


async def handle(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, str],
    client: AsyncWebClient,
    consent: Consent,
) -> None:
    """Ask why, where this person may reject; who may not is told before they write anything."""
    await ack()
    vote = VoteButton.decode(action.get("value", ""))
    run = await consent.may_reject(vote.run, vote.ask, body["user"]["id"])
    await open_form(client, body["trigger_id"], reject_form(run, VoteForm(run=vote.run, ask=vote.ask)))
