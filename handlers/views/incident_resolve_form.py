"""The resolve form, submitted: the incident ends, and its report is written."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.engine.incident_requests import ResolveRequest
from bot.engine.incidents import IncidentView
from bot.project import Project
from handlers._incidents import may_work
from handlers._payloads import IncidentForm
from handlers._services import Incidents, People
from handlers._show import show
from handlers.render import incident_forms as forms
from handlers.render.forms import working_view
from handlers.render.incident_forms import RESOLVE_CALLBACK as CALLBACK
from handlers.views._alert import noted_view
from handlers.views._filled import filled
from handlers.views._incident import SAY_IT, sentence

__all__ = ["CALLBACK", "handle"]

_TICK_IT = "Tick it to resolve all the same, or go back and wait until the alerts are quiet."


async def handle(
    ack: AsyncAck,
    body: Mapping[str, Any],
    view: Mapping[str, Any],
    client: AsyncWebClient,
    incidents: Incidents,
    people: People,
    project: Project,
) -> None:
    """Resolve it; rights are looked up once more, for time has passed."""
    form = IncidentForm.decode(view["private_metadata"])
    request = ResolveRequest(
        summary=sentence(view, forms.SUMMARY),
        cause=sentence(view, forms.CAUSE),
        by=body["user"]["id"],
        follow_ups=_lines(filled(view, forms.FOLLOW_UPS).typed),
        mitigated_at=filled(view, forms.MITIGATED).moment,
        noisy_ok=forms.YES in filled(view, forms.NOISY).ticked,
    )
    if wrong := _wrong(request, datetime.now(UTC)):
        await ack(response_action="errors", errors=wrong)
        return
    incident = await incidents.incident(form.incident)
    if not request.noisy_ok and incident.open and any(alert.firing for alert in incident.alerts):
        await _ask_about_alerts(ack, view, incident, request)
        return
    await ack(response_action="update", view=working_view("Resolve"))
    await may_work(people, project, request.by)
    await incidents.resolve(form.incident, request)
    await show(client, view["id"], noted_view("Resolved. Its report follows where people talk about it."))


async def _ask_about_alerts(
    ack: AsyncAck, view: Mapping[str, Any], incident: IncidentView, request: ResolveRequest
) -> None:
    """Ask for the tick without which nothing is resolved; what was typed stays."""
    if forms.NOISY in view["state"]["values"]:
        await ack(response_action="errors", errors={forms.NOISY: _TICK_IT})
        return
    typed = replace(
        incident, summary=request.summary, cause=request.cause, follow_ups=request.follow_ups
    )  # the alerts began to fire after the form was opened, so it did not ask
    again = forms.resolve_form(typed, now=datetime.now(UTC))
    await ack(response_action="update", view=again)


def _wrong(request: ResolveRequest, now: datetime) -> dict[str, str]:
    """Say under each field what is wrong with it."""
    wrong = {} if request.summary else {forms.SUMMARY: SAY_IT}
    wrong |= {} if request.cause else {forms.CAUSE: SAY_IT}
    if request.mitigated_at is not None and request.mitigated_at > now:
        wrong[forms.MITIGATED] = "That is still to come."
    return wrong


def _lines(typed: str) -> tuple[str, ...]:
    """Return one follow-up a line, freed of the dash people put before it."""
    lines = (line.strip().removeprefix("- ").removeprefix("* ").strip() for line in typed.splitlines())
    return tuple(line for line in lines if line)
