"""Any other button: from a card another version of pawdeploy drew. Last in the table."""

import re

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.engine.reasons import Reason
from bot.errors import UserError
from handlers._payloads import MOVED_ON

ACTION = re.compile(r"")


async def handle(ack: AsyncAck) -> None:
    """Say that the card has moved on."""
    await ack()
    raise UserError(MOVED_ON, reason=Reason.STALE_BUTTON)
