"""The halt form, submitted: an order to the stores is started, and its own card says the rest."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.engine.mobile import AppPlatform
from bot.engine.stores import OrderKind
from bot.pipelines.requests import OrderRequest
from bot.project import Project
from handlers._app_services import Releases
from handlers._payloads import AttemptForm
from handlers._services import Desk, People
from handlers._show import show
from handlers._testing import app_place_of, may_order
from handlers.render._release import release_facts
from handlers.render._release_lines import going_out
from handlers.render.device_forms import HALT_CALLBACK as CALLBACK
from handlers.render.device_forms import STORES
from handlers.render.forms import working_view
from handlers.render.lists import render_started
from handlers.render.notices import notice_view
from handlers.views._filled import filled
from handlers.views._reason import bad_reason, read_reason

__all__ = ["CALLBACK", "handle"]

_WHERE = "Choose at least one store."


async def handle(
    ack: AsyncAck,
    body: Mapping[str, Any],
    view: Mapping[str, Any],
    client: AsyncWebClient,
    desk: Desk,
    releases: Releases,
    people: People,
    project: Project,
    delivery: str,
) -> None:
    """Start the order; rights are looked up once more, for time has passed."""
    form = AttemptForm.decode(view["private_metadata"])
    reason, user = read_reason(view), body["user"]["id"]
    asked = STORES in view["state"]["values"]
    ticked = tuple(one for one in AppPlatform if one.value in filled(view, STORES).ticked)
    if not reason or (asked and not ticked):
        wrong = ({} if reason else bad_reason()) | ({STORES: _WHERE} if asked and not ticked else {})
        await ack(response_action="errors", errors=wrong)
        return
    await ack(response_action="update", view=working_view("Halt the release"))
    run = await desk.run(form.run)
    there = app_place_of(run, project)
    await may_order(people, there, user, "halt")
    request = OrderRequest(
        key=delivery,
        app=there.app.name,
        environment=there.name,
        kind=OrderKind.HALT,
        platforms=ticked or going_out(release_facts(run), halted=False),
        why=reason,
        by=user,
    )
    started = await releases.order(request)
    await show(client, view["id"], notice_view(render_started(started, project.channels.deploys)))
