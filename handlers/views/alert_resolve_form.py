"""The resolve form, submitted: the alert is resolved, at its source too; the card says when."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.engine.alerts import RESOLVE_HOWS, ActKind, ActRequest
from bot.project import Project
from handlers._alerts import may_act
from handlers._payloads import AlertForm
from handlers._services import Alerts, People
from handlers._show import show
from handlers.render.alert_forms import HOW
from handlers.render.alert_forms import RESOLVE_CALLBACK as CALLBACK
from handlers.render.forms import working_view
from handlers.views._alert import NO_CHOICE, asked_view
from handlers.views._filled import filled

__all__ = ["CALLBACK", "handle"]


async def handle(
    ack: AsyncAck,
    body: Mapping[str, Any],
    view: Mapping[str, Any],
    client: AsyncWebClient,
    alerts: Alerts,
    people: People,
    project: Project,
    delivery: str,
) -> None:
    """Have it resolved from when on they chose; rights are looked up once more, for time has passed."""
    form = AlertForm.decode(view["private_metadata"])
    how, user = filled(view, HOW).chosen, body["user"]["id"]
    if how not in RESOLVE_HOWS:
        await ack(response_action="errors", errors={HOW: NO_CHOICE})
        return
    await ack(response_action="update", view=working_view("Resolve"))
    await may_act(people, project, user)
    request = ActRequest(key=delivery, alert=form.alert, kind=ActKind.RESOLVE, how=how, by=user)
    await show(client, view["id"], asked_view(await alerts.act(request), project))
