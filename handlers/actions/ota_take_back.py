"""Take back, on the card of an update: the same as ``/pawota rollback``, a run with a card of its own."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.pipelines.requests import UpdateBackRequest
from bot.project import Project
from handlers._app_services import Updates
from handlers._payloads import RunButton
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
    """Start the way back of what is newest there; the new card says what goes back to what."""
    await ack()
    button = RunButton.decode(action.get("value", ""))
    there, user = app_place_of(await desk.run(button.run), project), body["user"]["id"]
    await may_take_back(people, there, user, emergency=False)
    request = UpdateBackRequest(key=delivery, app=there.app.name, environment=there.name, by=user)
    await updates.take_back(request)
