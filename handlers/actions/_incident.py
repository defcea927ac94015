"""What buttons on an incident share: whose it is, who may, and one thing done about it.

A button's file says what that is; ``opening``, ``doing`` and ``working`` make its listener.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.engine.incidents import IncidentView
from bot.project import Project
from handlers._boundary import Listener
from handlers._incidents import may_work, must_be_open, workable
from handlers._payloads import ChoiceButton, IncidentButton, StepButton
from handlers._services import Incidents, People
from handlers._show import open_form

Do = Callable[[Incidents, int, str], Awaitable[object]]
"""Called with the service, the incident's number and who pressed."""
Button = TypeVar("Button", StepButton, ChoiceButton)


def opening(
    draw: Callable[[IncidentView], dict[str, object]], module: str, *, over: bool = False
) -> Listener:
    """Make the listener of a button that opens a form about its incident; ``module`` names it in logs.

    What is resolved takes no form but one for what is ``over``: a stale card is told so at once.
    """

    async def handle(
        ack: AsyncAck,
        body: Mapping[str, Any],
        action: Mapping[str, str],
        client: AsyncWebClient,
        incidents: Incidents,
        people: People,
        project: Project,
    ) -> None:
        await ack()
        button = IncidentButton.decode(action.get("value", ""))
        await may_work(people, project, body["user"]["id"])
        incident = await incidents.incident(button.incident)
        if not over:
            must_be_open(incident)
        await open_form(client, body["trigger_id"], draw(incident))

    return _named(handle, module)


def doing(do: Do, module: str) -> Listener:
    """Make the listener of a button that does one thing, which the card shows."""

    async def handle(
        ack: AsyncAck,
        body: Mapping[str, Any],
        action: Mapping[str, str],
        incidents: Incidents,
        people: People,
        project: Project,
    ) -> None:
        await ack()
        user = body["user"]["id"]
        button = IncidentButton.decode(action.get("value", ""))
        await may_work(people, project, user)
        await do(incidents, button.incident, user)

    return _named(handle, module)


def working(
    button: type[Button], do: Callable[[Incidents, Button, str], Awaitable[object]], module: str
) -> Listener:
    """Make the listener of a button on a step that does one thing about it; ``button`` is what it carries."""

    async def handle(
        ack: AsyncAck,
        body: Mapping[str, Any],
        action: Mapping[str, str],
        incidents: Incidents,
        people: People,
        project: Project,
    ) -> None:
        await ack()
        user = body["user"]["id"]
        pressed = button.decode(action.get("value", ""))
        await workable(incidents, people, project, pressed.incident, pressed.step, user)
        await do(incidents, pressed, user)

    return _named(handle, module)


def _named(handle: Listener, module: str) -> Listener:
    handle.__module__, handle.__qualname__ = module, "handle"
    return handle
