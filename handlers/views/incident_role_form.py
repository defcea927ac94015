"""The roles form, submitted: somebody takes a part of the incident, or nobody has it any more."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.project import Project
from handlers._incidents import may_work
from handlers._payloads import IncidentForm
from handlers._services import Incidents, People
from handlers._show import show
from handlers.render.forms import working_view
from handlers.render.incident_forms import ROLE, WHO
from handlers.render.incident_forms import ROLE_CALLBACK as CALLBACK
from handlers.views._alert import NO_CHOICE, noted_view
from handlers.views._filled import filled

__all__ = ["CALLBACK", "handle"]


async def handle(
    ack: AsyncAck,
    body: Mapping[str, Any],
    view: Mapping[str, Any],
    client: AsyncWebClient,
    incidents: Incidents,
    people: People,
    project: Project,
) -> None:
    """Give it; rights are looked up once more, for time has passed."""
    form = IncidentForm.decode(view["private_metadata"])
    role, user = filled(view, ROLE).chosen, body["user"]["id"]
    if not role:
        await ack(response_action="errors", errors={ROLE: NO_CHOICE})
        return
    await ack(response_action="update", view=working_view("Roles"))
    await may_work(people, project, user)
    await incidents.role(form.incident, user, role, filled(view, WHO).user)
    await show(client, view["id"], noted_view("The card shows who has it."))
