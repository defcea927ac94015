"""The reopen form, submitted: the same incident goes on."""

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
from handlers.render.incident_forms import REOPEN_CALLBACK as CALLBACK
from handlers.render.incident_forms import TEXT
from handlers.views._alert import noted_view
from handlers.views._incident import SAY_IT, sentence

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
    """Reopen it; rights are looked up once more, for time has passed."""
    form = IncidentForm.decode(view["private_metadata"])
    words, user = sentence(view, TEXT), body["user"]["id"]
    if not words:
        await ack(response_action="errors", errors={TEXT: SAY_IT})
        return
    await ack(response_action="update", view=working_view("Reopen"))
    await may_work(people, project, user)
    await incidents.reopen(form.incident, user, words)
    await show(client, view["id"], noted_view("It is open again; its card says why."))
