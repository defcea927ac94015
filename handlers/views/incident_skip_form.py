"""The form that asks why a step is left out, submitted."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.project import Project
from handlers._incidents import workable
from handlers._payloads import StepForm
from handlers._services import Incidents, People
from handlers._show import show
from handlers.render.forms import working_view
from handlers.render.incident_forms import SKIP_CALLBACK as CALLBACK
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
    """Skip it; rights are looked up once more, for time has passed."""
    form = StepForm.decode(view["private_metadata"])
    words, user = sentence(view, TEXT), body["user"]["id"]
    if not words:
        await ack(response_action="errors", errors={TEXT: SAY_IT})
        return
    await ack(response_action="update", view=working_view("Skip it"))
    await workable(incidents, people, project, form.incident, form.step, user)
    await incidents.skip(form.incident, form.step, user, words)
    await show(client, view["id"], noted_view("Skipped; the card shows who did and why."))
