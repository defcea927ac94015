"""The assign form, submitted: somebody takes the alert, at its source too; the card says when."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.engine.alerts import ActKind, ActRequest
from bot.project import Project
from handlers._alerts import may_act
from handlers._payloads import AlertForm
from handlers._services import Alerts, People
from handlers._show import show
from handlers.render.alert_forms import ASSIGN_CALLBACK as CALLBACK
from handlers.render.alert_forms import NOBODY, WHO
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
    """Have it assigned to whom they chose, somebody Sentry knows; rights are looked up once more."""
    form = AlertForm.decode(view["private_metadata"])
    who, user = filled(view, WHO).chosen, body["user"]["id"]
    if who != NOBODY and who not in project.sentry_users:
        await ack(response_action="errors", errors={WHO: NO_CHOICE})
        return
    await ack(response_action="update", view=working_view("Assign"))
    await may_act(people, project, user)
    how = "" if who == NOBODY else who
    request = ActRequest(key=delivery, alert=form.alert, kind=ActKind.ASSIGN, how=how, by=user)
    await show(client, view["id"], asked_view(await alerts.act(request), project))
