"""Withdraw, on a card: take one's own approval back, as long as nothing has shipped."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from handlers._payloads import VoteButton
from handlers._services import Consent
from handlers.render._buttons import WITHDRAW as ACTION

__all__ = ["ACTION", "handle"]


async def handle(ack: AsyncAck, body: Mapping[str, Any], action: Mapping[str, str], consent: Consent) -> None:
    """Take it back, whether it was given by button or by reaction."""
    await ack()
    vote = VoteButton.decode(action.get("value", ""))
    await consent.withdraw(vote.run, vote.ask, body["user"]["id"])
