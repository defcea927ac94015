"""Approve, on a card that asks: one voice for exactly what the card shows. The card itself shows it."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from handlers._payloads import VoteButton
from handlers._services import Consent
from handlers.render._buttons import APPROVE as ACTION

__all__ = ["ACTION", "handle"]


async def handle(ack: AsyncAck, body: Mapping[str, Any], action: Mapping[str, str], consent: Consent) -> None:
    """Count the approval; whether it counts is decided when it arrives, not when the card was drawn."""
    await ack()
    vote = VoteButton.decode(action.get("value", ""))
    await consent.approve(vote.run, vote.ask, body["user"]["id"])
