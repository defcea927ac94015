"""Auto-deploy on again, offered when a rollback's lock is opened: the platform ships pushes by itself."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond

from bot.engine.reasons import Reason
from bot.errors import UserError
from bot.project import Project
from handlers._payloads import MOVED_ON, HoldButton
from handlers._services import Holds, People
from handlers.commands._holding import covering, may_end
from handlers.render.holds import AUTO_DEPLOY_ON as ACTION
from handlers.render.holds import render_auto_deploy_on

__all__ = ["ACTION", "handle"]


async def handle(
    ack: AsyncAck,
    respond: AsyncRespond,
    body: Mapping[str, Any],
    action: Mapping[str, str],
    holds: Holds,
    people: People,
    project: Project,
) -> None:
    """Switch it on, for those who could open the lock."""
    await ack()
    user = body["user"]["id"]
    button = HoldButton.decode(action.get("value", ""))
    hold = await holds.find(button.hold or 0)
    if hold is None:
        raise UserError(MOVED_ON, reason=Reason.STALE_BUTTON)
    places = covering(project, hold.environment, hold.service)
    await may_end(people, places, (hold,), user, "switch on auto-deploy in")
    said = render_auto_deploy_on(await holds.auto_deploy_on(hold.id, user))
    await respond(text=said.text, blocks=list(said.blocks), response_type="ephemeral", replace_original=False)
