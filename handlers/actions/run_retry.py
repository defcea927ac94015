"""Retry on a card that ended badly: go on from the step that failed. The card itself shows that it does."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.project import Project
from handlers._places import may_steer
from handlers._services import Desk, People
from handlers.actions._pressed import pressed
from handlers.render.run_card import RETRY as ACTION

__all__ = ["ACTION", "handle"]


async def handle(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, str],
    desk: Desk,
    people: People,
    project: Project,
) -> None:
    """Retry, for those who may start such a run there."""
    await ack()
    user = body["user"]["id"]
    found = await pressed(action, desk, project)
    await may_steer(people, found.place, found.run, user)
    await desk.retry(found.button.run, found.button.attempt, user)
