"""The form that changes a step, submitted: a note, a skip, something taken back, or whose it is."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.project import Project
from handlers._incidents import workable
from handlers._payloads import IncidentForm
from handlers._services import Incidents, People
from handlers._show import show
from handlers.render import incident_forms as forms
from handlers.render.forms import working_view
from handlers.render.incident_forms import STEP_CALLBACK as CALLBACK
from handlers.views._alert import NO_CHOICE, noted_view
from handlers.views._filled import filled
from handlers.views._incident import SAY_IT, sentence

__all__ = ["CALLBACK", "handle"]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Change:
    """What the form asks for."""

    incident: int
    step: str
    what: str
    words: str
    owner: str
    by: str
    key: str

    def wrong(self) -> dict[str, str]:
        """Say under each field what is wrong with it."""
        wrong = {} if self.step else {forms.STEP: NO_CHOICE}
        wrong |= {} if self.what in _CHANGES else {forms.WHAT: NO_CHOICE}
        return wrong if self.words or self.what in _WITHOUT_WORDS else wrong | {forms.TEXT: SAY_IT}


_WITHOUT_WORDS: Final = (forms.GIVE, forms.DONE)


async def _done(incidents: Incidents, it: _Change) -> None:
    await incidents.tick(it.incident, it.step, it.by)
    if it.words:
        await incidents.remark(it.incident, it.step, it.by, it.words, it.key)


_CHANGES: Final[Mapping[str, Callable[[Incidents, _Change], Awaitable[object]]]] = {
    forms.NOTE: lambda incidents, it: incidents.remark(it.incident, it.step, it.by, it.words, it.key),
    forms.DONE: _done,
    forms.SKIP: lambda incidents, it: incidents.skip(it.incident, it.step, it.by, it.words),
    forms.TAKE_BACK: lambda incidents, it: incidents.untick(it.incident, it.step, it.by, it.words),
    forms.GIVE: lambda incidents, it: incidents.own(it.incident, it.step, it.by, it.owner),
}
"""What each choice does."""


async def handle(
    ack: AsyncAck,
    body: Mapping[str, Any],
    view: Mapping[str, Any],
    client: AsyncWebClient,
    incidents: Incidents,
    people: People,
    project: Project,
    delivery: str,
) -> None:
    """Change it; rights are looked up when the form arrives."""
    form = IncidentForm.decode(view["private_metadata"])
    change = _Change(
        incident=form.incident,
        step=filled(view, forms.STEP).chosen,
        what=filled(view, forms.WHAT).chosen,
        words=sentence(view, forms.TEXT),
        owner=filled(view, forms.OWNER).user,
        by=body["user"]["id"],
        key=delivery,
    )
    if wrong := change.wrong():
        await ack(response_action="errors", errors=wrong)
        return
    await ack(response_action="update", view=working_view("Change a step"))
    await workable(incidents, people, project, change.incident, change.step, change.by)
    await _CHANGES[change.what](incidents, change)
    await show(client, view["id"], noted_view("Noted; the card shows it."))
