"""Resume, on a release that was halted: it goes out to more people again. Its own card says the rest."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.engine.stores import OrderKind
from bot.pipelines.requests import OrderRequest
from bot.project import Project
from handlers._app_services import Releases
from handlers._payloads import RunButton
from handlers._services import Desk, People
from handlers._testing import app_place_of, may_order
from handlers.render._release_buttons import STORE_RESUME as ACTION
from handlers.render._release_buttons import halted_on

__all__ = ["ACTION", "handle"]


async def handle(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, str],
    desk: Desk,
    releases: Releases,
    people: People,
    project: Project,
    delivery: str,
) -> None:
    """Start the order; people agree to it as always, and the store is asked how it stands first."""
    await ack()
    user = body["user"]["id"]
    run = await desk.run(RunButton.decode(action.get("value", "")).run)
    there = app_place_of(run, project)
    await may_order(people, there, user, "resume")
    await releases.order(
        OrderRequest(
            key=delivery,
            app=there.app.name,
            environment=there.name,
            kind=OrderKind.RESUME,
            platforms=halted_on(run),
            why="",
            by=user,
        )
    )
