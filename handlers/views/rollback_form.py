"""The rollback form, submitted: the same rollback as the command's, answered in the form's own place."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import UserError
from bot.pipelines.requests import RollbackRequest
from bot.project import Project
from handlers._app_services import Apps, Updates
from handlers._going_back import may_go_back, read_target
from handlers._payloads import RollbackState
from handlers._places import find_place
from handlers._services import Desk, People
from handlers._show import show
from handlers._together import go_back_together, may_go_back_together, together_or_refuse
from handlers.render import rollback_form as form
from handlers.render.forms import working_view
from handlers.render.lists import render_started
from handlers.render.notices import notice_view
from handlers.render.rollback_form import CALLBACK
from handlers.render.together import render_going_back
from handlers.views._filled import filled

__all__ = ["CALLBACK", "handle"]


async def handle(
    ack: AsyncAck,
    body: Mapping[str, Any],
    view: Mapping[str, Any],
    client: AsyncWebClient,
    desk: Desk,
    people: People,
    project: Project,
    delivery: str,
    updates: Updates,
    apps: Apps,
) -> None:
    """Go back to the run the form names; rights are looked up now, not when the form was opened."""
    state = RollbackState.decode(view["private_metadata"])
    try:
        target = read_target(filled(view, form.TO).chosen)
    except UserError as error:
        await ack(response_action="errors", errors={form.TO: str(error).replace("`", "")})
        return
    await ack(response_action="update", view=working_view())
    place = find_place(project, state.environment, state.service)
    request = RollbackRequest(
        key=delivery,
        service=place.service.name,
        environment=place.name,
        to=target,
        by=body["user"]["id"],
        emergency=_reason(view, form.EMERGENCY),
        override=_reason(view, form.OVERRIDE),
    )
    await may_go_back(people, place, request.by, emergency=bool(request.emergency))
    ticked = filled(view, form.WITH_OTA).ticked
    if ticked:
        together = await together_or_refuse(apps, project, place)
        found = [one for one in together if one.there.app.name in ticked]
        await may_go_back_together(people, found, request.by, emergency=bool(request.emergency))
        went = await go_back_together(desk, updates, request, found)
        stores = any(one.in_stores for one in found)
        said = render_going_back(went.runs, went.refused, project.channels.deploys, in_stores=stores)
    else:
        said = render_started(await desk.rollback(request), project.channels.deploys)
    await show(client, view["id"], notice_view(said))


def _reason(view: Mapping[str, Any], name: str) -> str:
    """Return what was typed, cut to what the form allows."""
    return filled(view, name).typed[: form.MOST_REASON]
