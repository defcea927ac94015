"""Buttons that open a page: Slack tells us of the click all the same and wants it acknowledged."""

import re

from slack_bolt.context.ack.async_ack import AsyncAck

ACTION = re.compile(r"^open_")


async def handle(ack: AsyncAck) -> None:
    """Acknowledge; the browser does the rest."""
    await ack()
