"""The open form, submitted: an incident begins, or one of the same kind is offered to join."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.engine.incident_requests import OpenRequest
from bot.engine.incidents import MOST_HEADLINE, Sev
from bot.project import Project
from handlers._incidents import may_work
from handlers._opening import open_and_say
from handlers._payloads import OpenForm
from handlers._services import Alerts, Desk, Incidents, People
from handlers._show import show
from handlers.render import incident_forms as forms
from handlers.render.forms import working_view
from handlers.render.incident_forms import OPEN_CALLBACK as CALLBACK
from handlers.render.notices import notice_view
from handlers.views._alert import NO_CHOICE
from handlers.views._filled import filled

__all__ = ["CALLBACK", "handle"]


async def handle(
    ack: AsyncAck,
    body: Mapping[str, Any],
    view: Mapping[str, Any],
    client: AsyncWebClient,
    alerts: Alerts,
    desk: Desk,
    incidents: Incidents,
    people: People,
    project: Project,
    delivery: str,
) -> None:
    """Open it; rights are looked up once more, for time has passed."""
    form = OpenForm.decode(view["private_metadata"])
    request = OpenRequest(
        key=delivery,
        playbook=filled(view, forms.PLAYBOOK).chosen,
        headline=filled(view, forms.HEADLINE).typed[:MOST_HEADLINE],
        by=body["user"]["id"],
        drill=forms.YES in filled(view, forms.DRILL).ticked,
        alert=form.alert,
        run=form.run,
        severity=next((one for one in Sev if one.value == filled(view, forms.SEVERITY).chosen), None),
        channel=form.channel,
    )
    if request.playbook not in incidents.playbooks():
        await ack(response_action="errors", errors={forms.PLAYBOOK: NO_CHOICE})
        return
    await ack(response_action="update", view=working_view("Open an incident"))
    await may_work(people, project, request.by, "open incidents")
    service, environment = await _place(form, alerts, desk)
    request = replace(request, service=service, environment=environment)
    said = await open_and_say(incidents, request)
    if said is not None:
        await show(client, view["id"], notice_view(said))


async def _place(form: OpenForm, alerts: Alerts, desk: Desk) -> tuple[str, str]:
    """Return where it happens: where the alert fires, or the run shipped."""
    if form.alert is not None:
        alert = await alerts.alert(form.alert)
        return alert.service, alert.environment
    if form.run is not None:
        run = await desk.run(form.run)
        return run.service, run.environment
    return "", ""
