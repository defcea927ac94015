"""Open incident, on a run that failed: a form with what the run suggests. Opens nothing itself."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.incidents.matching import opens_for_run
from bot.project import Project
from handlers import _show
from handlers._incidents import may_work
from handlers._payloads import OpenForm, RunButton
from handlers._services import Desk, Incidents, People
from handlers.render._buttons import RUN_INCIDENT as ACTION
from handlers.render.incident_forms import open_form

__all__ = ["ACTION", "handle"]

_MOSTLY = "api-down"
"""What is thought of where no playbook names such an end."""


async def handle(
    ack: AsyncAck,
    body: Mapping[str, Any],
    action: Mapping[str, str],
    client: AsyncWebClient,
    desk: Desk,
    incidents: Incidents,
    people: People,
    project: Project,
) -> None:
    """Open the form while the trigger is fresh; ``views/incident_open_form.py`` takes it from there."""
    await ack()
    await may_work(people, project, body["user"]["id"], "open incidents")
    run, playbooks = await desk.run(RunButton.decode(action.get("value", "")).run), incidents.playbooks()
    view = open_form(
        playbooks,
        chosen=opens_for_run(playbooks, run) or _MOSTLY,
        headline=f"Run {run.id} of {run.service} to {run.environment} failed",
        hidden=OpenForm(run=run.id),
    )
    await _show.open_form(client, body["trigger_id"], view)
