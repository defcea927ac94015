"""Open another, beside "there is one of the same kind": with what was asked for then."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.engine.incident_requests import OpenRequest
from bot.engine.incidents import Sev
from bot.project import Project
from handlers._incidents import may_work
from handlers._opening import open_and_say
from handlers._payloads import AnotherButton
from handlers._services import Incidents, People
from handlers._show import answer
from handlers.render.incident_card import INCIDENT_ANOTHER as ACTION

__all__ = ["ACTION", "handle"]


async def handle(
    ack: AsyncAck,
    respond: AsyncRespond,
    body: Mapping[str, Any],
    action: Mapping[str, str],
    client: AsyncWebClient,
    incidents: Incidents,
    people: People,
    project: Project,
    delivery: str,
) -> None:
    """Open it all the same."""
    await ack()
    user = body["user"]["id"]
    asked = AnotherButton.decode(action.get("value", ""))
    await may_work(people, project, user, "open incidents")
    request = OpenRequest(
        key=delivery,
        playbook=asked.playbook,
        headline=asked.headline,
        by=user,
        drill=asked.drill,
        another=True,
        alert=asked.alert,
        run=asked.run,
        service=asked.service,
        environment=asked.environment,
        severity=None if asked.severity is None else Sev(asked.severity),
        channel=asked.channel,
    )
    if (said := await open_and_say(incidents, request)) is not None:
        await answer(body, respond, client, said)
