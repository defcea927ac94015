"""Keep, on a card whose watch could not tell: a person decides that what shipped stays."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.project import Project
from handlers._places import may_keep
from handlers._services import Desk, People
from handlers.actions._pressed import pressed
from handlers.render._buttons import KEEP as ACTION

__all__ = ["ACTION", "handle"]


async def handle(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, str],
    desk: Desk,
    people: People,
    project: Project,
) -> None:
    """Keep it; the card says who decided."""
    await ack()
    user = body["user"]["id"]
    found = await pressed(action, desk, project)
    await may_keep(people, found.place, user)
    await desk.keep(found.button.run, user)
