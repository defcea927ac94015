"""Roll back, on a card that has ended: opens the form that asks where to. Starts nothing itself."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import VendorError, VendorUnavailable
from bot.project import Project
from handlers._app_services import Apps
from handlers._places import Place, may_ship
from handlers._services import Desk, People
from handlers._show import open_form, show
from handlers._together import released_together
from handlers.actions._pressed import pressed
from handlers.render._blocks import Block
from handlers.render._buttons import ROLL_BACK as ACTION
from handlers.render.forms import working_view
from handlers.render.notices import notice_view, render_vendor_trouble
from handlers.render.rollback_form import render_nothing_to_go_back_to, rollback_form

__all__ = ["ACTION", "handle"]


async def handle(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, str],
    client: AsyncWebClient,
    desk: Desk,
    people: People,
    project: Project,
    apps: Apps,
) -> None:
    """Open the form while the trigger is fresh; ``handlers/views/rollback_form.py`` takes it from there."""
    await ack()
    found = await pressed(action, desk, project)
    await may_ship(people, found.place, body["user"]["id"])
    # The platform is asked what runs, and a trigger lives three seconds: the form comes first, empty.
    view = await open_form(client, body["trigger_id"], working_view("Roll back"))
    await show(client, view, await _form(desk, apps, project, found.place))


async def _form(desk: Desk, apps: Apps, project: Project, place: Place) -> Block:
    try:
        choices = await desk.rollback_choices(place.service.name, place.name)
    except VendorError as error:
        again = isinstance(error, VendorUnavailable)
        return notice_view(render_vendor_trouble(error, again=again))
    if not choices:
        return notice_view(render_nothing_to_go_back_to(place.name))
    updates = [one.update for one in await released_together(apps, project, place)]
    emergency = bool(place.environment.emergency_roles)
    return rollback_form(choices, emergency=emergency, updates=updates)
