"""A reaction came or went: a sign to look at that message anew, never a voice by itself.

What counts is what Slack shows when it is asked; events may be lost, late or twice.
"""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext

from handlers._services import Consent

NAMES = ("reaction_added", "reaction_removed")


async def handle(event: Mapping[str, Any], context: AsyncBoltContext, consent: Consent) -> None:
    """Have the message looked at; what is on no message, or is the bot's own, is nothing to us."""
    item = event.get("item", {})
    if item.get("type") != "message" or event.get("user") == context.bot_user_id:
        return
    await consent.reacted(item["channel"], item["ts"])
