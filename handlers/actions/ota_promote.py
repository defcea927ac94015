"""Go on to the next stage, on the card of an update that is rolled out: before its watch has ended."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.engine.reasons import Reason
from bot.engine.states import RunKind
from bot.errors import UserError
from bot.project import Project
from handlers._app_services import Updates
from handlers._payloads import MOVED_ON, StageButton
from handlers._places import may_promote
from handlers._services import Desk, People
from handlers._testing import app_place_of
from handlers.render._update_buttons import PROMOTE as ACTION

__all__ = ["ACTION", "handle"]


async def handle(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, str],
    desk: Desk,
    updates: Updates,
    people: People,
    project: Project,
) -> None:
    """Send it on from the stage the card showed; from a later one it is left alone."""
    await ack()
    button = StageButton.decode(action.get("value", ""))
    run, user = await desk.run(button.run), body["user"]["id"]
    if run.kind is not RunKind.UPDATE:
        raise UserError(MOVED_ON, reason=Reason.STALE_BUTTON)
    await may_promote(people, app_place_of(run, project), run, user)
    await updates.promote(run.id, button.stage, user)
