"""Unlock, in the reminder of a lock and on a rollback's card: the same as the command, without a reason."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond

from bot.engine.holds import Hold, HoldKind
from bot.engine.reasons import Reason
from bot.errors import UserError
from bot.project import Project
from handlers._payloads import HoldButton
from handlers._services import Holds, People
from handlers.commands._holding import covering, may_end
from handlers.render.holds import UNLOCK as ACTION
from handlers.render.holds import render_ended

__all__ = ["ACTION", "handle"]

_OVER = "That lock is over. `/pawdeploy locks` lists what is locked or frozen now."


async def handle(
    ack: AsyncAck,
    respond: AsyncRespond,
    body: Mapping[str, Any],
    action: Mapping[str, str],
    holds: Holds,
    people: People,
    project: Project,
) -> None:
    """End the lock the button names, and no other that came in its place."""
    await ack()
    user = body["user"]["id"]
    hold = await _open(HoldButton.decode(action.get("value", "")), holds)
    places = covering(project, hold.environment, hold.service)
    await may_end(people, places, (hold,), user, "unlock")
    ended = await holds.unlock(service=hold.service, environment=hold.environment, by=user, only=hold.id)
    said = render_ended(ended, by=user)
    await respond(text=said.text, blocks=list(said.blocks), response_type="ephemeral", replace_original=False)


async def _open(button: HoldButton, holds: Holds) -> Hold:
    if button.run is not None:
        found = await holds.of_run(button.run)
    else:
        found = await holds.find(button.hold or 0)
    if found is not None:
        there = await holds.held(HoldKind.LOCK, service=found.service, environment=found.environment)
        if any(hold.id == found.id for hold in there):
            return found
    raise UserError(_OVER, reason=Reason.NOT_LOCKED)
