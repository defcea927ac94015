"""The attach form, submitted: the alert belongs to an incident, ours or one kept elsewhere, or to none."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.project import Project
from handlers._alerts import may_act
from handlers._incidents import may_work
from handlers._payloads import AlertForm
from handlers._services import Alerts, Incidents, People
from handlers._show import show
from handlers.render.alert_forms import ATTACH_CALLBACK as CALLBACK
from handlers.render.alert_forms import INCIDENT, MOST_INCIDENT, OPEN_INCIDENT
from handlers.render.forms import working_view
from handlers.views._alert import noted_view
from handlers.views._filled import filled

__all__ = ["CALLBACK", "handle"]

_TOO_LONG = f"Name it in at most {MOST_INCIDENT} characters."


async def handle(
    ack: AsyncAck,
    body: Mapping[str, Any],
    view: Mapping[str, Any],
    client: AsyncWebClient,
    alerts: Alerts,
    incidents: Incidents,
    people: People,
    project: Project,
) -> None:
    """Note which incident it belongs to; rights are looked up once more, for time has passed."""
    form = AlertForm.decode(view["private_metadata"])
    incident, user = filled(view, INCIDENT).typed, body["user"]["id"]
    if len(incident) > MOST_INCIDENT:
        await ack(response_action="errors", errors={INCIDENT: _TOO_LONG})
        return
    await ack(response_action="update", view=working_view("Attach to incident"))
    await may_act(people, project, user)
    if (ours := filled(view, OPEN_INCIDENT).chosen).isdecimal():
        await may_work(people, project, user)
        await incidents.attach(int(ours), form.alert, user)
        await show(client, view["id"], noted_view(f"Attached to incident {ours}; both cards say so."))
        return
    await alerts.attach(form.alert, user, incident)
    said = "Attached; the alert's card names the incident." if incident else "It belongs to no incident now."
    await show(client, view["id"], noted_view(said))
