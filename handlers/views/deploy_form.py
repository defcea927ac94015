"""The deploy form, submitted: the same deploy as the command's, answered in the form's own place.

The form stays open for the answer, because that reaches a person wherever they are: no channel is needed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict
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

__all__ = ["CALLBACK", "handle"]


class _Option(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)
    value: str


class _Field(BaseModel):
    """One filled-in element; Slack sends the key that fits its type, null when left empty."""

    model_config = ConfigDict(extra="ignore", frozen=True)
    value: str | None = None
    selected_option: _Option | None = None
    selected_options: tuple[_Option, ...] = ()


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
    filled = {
        name: _Field.model_validate(element)
        for block in view["state"]["values"].values()
        for name, element in block.items()
    }
    empty = _Field()
    environment = filled.get(forms.ENVIRONMENT, empty).selected_option
    service = filled.get(forms.SERVICE, empty).selected_option
    ticked = {option.value for option in filled.get(forms.OPTIONS, empty).selected_options}
    try:
        place = find_place(
            project, environment.value if environment else "", service.value if service else ""
        )
    except UserError as error:
        raise _Wrong(forms.ENVIRONMENT, str(error)) from error
    try:
        ref = wanted_ref(place, (filled.get(forms.REF, empty).value or "").strip())
    except UserError as error:
        raise _Wrong(forms.REF, str(error)) from error
    return _Wanted(place, ref, forms.DRY_RUN in ticked, forms.AGAIN in ticked)
