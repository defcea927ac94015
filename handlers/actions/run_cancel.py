"""Cancel, on a card: stop a run or close one that ended badly. Whoever asked for it may, and any deployer."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.engine.reasons import Reason
from bot.errors import UserError
from bot.project import Project
from handlers._payloads import MOVED_ON
from handlers._places import may_steer
from handlers._services import Desk, People
from handlers.actions._pressed import pressed
from handlers.render.run_card import CANCEL as ACTION

__all__ = ["ACTION", "handle"]


async def handle(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, str],
    desk: Desk,
    people: People,
    project: Project,
) -> None:
    """Cancel the attempt the card shows; one that has been retried since is left alone."""
    await ack()
    user = body["user"]["id"]
    found = await pressed(action, desk, project)
    if user != found.run.requested_by:
        await may_steer(people, found.place, found.run, user)
    if found.run.attempt != found.button.attempt:
        raise UserError(MOVED_ON, reason=Reason.STALE_BUTTON)
    await desk.cancel(found.button.run, user)
