"""The deploy form, submitted: the same deploy as the command's, answered in the form's own place.

The form stays open for the answer, because that reaches a person wherever they are: no channel is needed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import UserError
from bot.pipelines.requests import DeployRequest
from bot.project import Project
from handlers._payloads import FormState
from handlers._places import Place, find_place, may_ship, refuse_if_held
from handlers._refs import wanted_ref
from handlers._services import Desk, Holds, People
from handlers._show import show
from handlers.render import forms
from handlers.render.forms import CALLBACK
from handlers.render.lists import render_preview, render_started
from handlers.render.notices import notice_view
from handlers.views._filled import filled

__all__ = ["CALLBACK", "handle"]


@dataclass(frozen=True, slots=True)
class _Wanted:
    place: Place
    ref: str
    dry_run: bool
    again: bool


class _Wrong(Exception):  # noqa: N818 - not a failure: the form goes back with a hint
    """What to say under which field."""

    def __init__(self, field: str, said: str) -> None:
        super().__init__(said)
        self.field = field


async def handle(
    ack: AsyncAck,
    body: Mapping[str, Any],
    view: Mapping[str, Any],
    client: AsyncWebClient,
    desk: Desk,
    holds: Holds,
    people: People,
    project: Project,
    delivery: str,
) -> None:
    """Deploy or preview what the form says; a field that can't be right is marked in the form."""
    FormState.decode(view["private_metadata"])
    try:
        wanted = _read(view, project)
    except _Wrong as wrong:
        await ack(response_action="errors", errors={wrong.field: str(wrong).replace("`", "")})
        return
    user = body["user"]["id"]
    if not wanted.dry_run:
        # Before the ack: an answer that is ready at once would reach Slack ahead of "One moment…".
        await refuse_if_held(holds, wanted.place, user)
    await ack(response_action="update", view=forms.working_view())
    request = DeployRequest(
        key=delivery,
        service=wanted.place.service.name,
        environment=wanted.place.name,
        ref=wanted.ref,
        again=wanted.again,
        by=user,
    )
    if wanted.dry_run:
        several = project.several(wanted.place.name)
        said = render_preview(await desk.preview(request), several=several)
    else:
        await may_ship(people, wanted.place, user)
        said = render_started(await desk.deploy(request), project.channels.deploys)
    await show(client, view["id"], notice_view(said))


def _read(view: Mapping[str, Any], project: Project) -> _Wanted:
    """Read the fields; raise ``_Wrong`` naming the one to mend."""
    ticked = filled(view, forms.OPTIONS).ticked
    try:
        place = find_place(
            project, filled(view, forms.ENVIRONMENT).chosen, filled(view, forms.SERVICE).chosen
        )
    except UserError as error:
        raise _Wrong(forms.ENVIRONMENT, str(error)) from error
    try:
        ref = wanted_ref(place, filled(view, forms.REF).typed)
    except UserError as error:
        raise _Wrong(forms.REF, str(error)) from error
    return _Wanted(place, ref, forms.DRY_RUN in ticked, forms.AGAIN in ticked)
