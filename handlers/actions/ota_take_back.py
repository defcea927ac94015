"""Take back, on the card of an update: a run with a card of its own, which takes back no other update."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.engine.reasons import Reason
from bot.engine.states import RunKind
from bot.errors import UserError
from bot.pipelines.requests import UpdateBackRequest
from bot.project import Project
from handlers._app_services import Updates
from handlers._payloads import MOVED_ON, RunButton
from handlers._places import may_take_back
from handlers._services import Desk, People
from handlers._testing import app_place_of
from handlers.render._update_buttons import TAKE_BACK as ACTION

__all__ = ["ACTION", "handle"]


async def handle(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, str],
    desk: Desk,
    updates: Updates,
    people: People,
    project: Project,
    delivery: str,
) -> None:
    """Start the way back of the card's update; the new card says what goes back to what, or why not."""
    await ack()
    button = RunButton.decode(action.get("value", ""))
    run, user = await desk.run(button.run), body["user"]["id"]
    if run.kind is not RunKind.UPDATE:
        raise UserError(MOVED_ON, reason=Reason.STALE_BUTTON)
    there = app_place_of(run, project)
    await may_take_back(people, there, user, emergency=False)
    await updates.take_back(
        UpdateBackRequest(
            key=delivery, app=there.app.name, environment=there.name, by=user, update=button.run
        )
    )
