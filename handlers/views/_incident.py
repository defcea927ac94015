"""What every form about an incident with words does: read them, look rights up anew, do one thing, say so."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.engine.incidents import MOST_NOTE
from bot.project import Project
from handlers._boundary import Listener
from handlers._incidents import may_work, workable
from handlers._payloads import IncidentForm, StepForm
from handlers._services import Incidents, People
from handlers._show import show
from handlers.render.forms import working_view
from handlers.render.incident_forms import TEXT
from handlers.views._alert import noted_view
from handlers.views._filled import filled

SAY_IT = f"Say it in a few words, {MOST_NOTE:,} characters at most."


def sentence(view: Mapping[str, Any], name: str) -> str:
    """Return what was typed into ``name``, white space round it dropped; empty when it says nothing."""
    words = filled(view, name).typed
    return words if len(words) <= MOST_NOTE and any(char.isalnum() for char in words) else ""


Words = Callable[[Incidents, Any, str, str, str], Awaitable[object]]
"""Called with the service, what the form carried, who sent it, what they wrote and the delivery."""


def of_incident(title: str, do: Words, said: str, module: str) -> Listener:
    """Make the listener of a form that asks for words about an incident; ``module`` names it in logs."""

    async def may(_incidents: Incidents, people: People, project: Project, _form: object, user: str) -> None:
        await may_work(people, project, user)

    return _asking(IncidentForm.decode, may, title, do, said, module)


def of_step(title: str, do: Words, said: str, module: str) -> Listener:
    """Make the listener of a form that asks for words about one of its steps."""

    async def may(incidents: Incidents, people: People, project: Project, form: StepForm, user: str) -> None:
        await workable(incidents, people, project, form.incident, form.step, user)

    return _asking(StepForm.decode, may, title, do, said, module)


def _asking(
    decode: Callable[[str], Any],
    may: Callable[[Incidents, People, Project, Any, str], Awaitable[None]],
    title: str,
    do: Words,
    said: str,
    module: str,
) -> Listener:
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
        form = decode(view["private_metadata"])
        words, user = sentence(view, TEXT), body["user"]["id"]
        if not words:
            await ack(response_action="errors", errors={TEXT: SAY_IT})
            return
        await ack(response_action="update", view=working_view(title))
        await may(incidents, people, project, form, user)  # once more, for time has passed
        await do(incidents, form, user, words, delivery)
        await show(client, view["id"], noted_view(said))

    handle.__module__, handle.__qualname__ = module, "handle"
    return handle
