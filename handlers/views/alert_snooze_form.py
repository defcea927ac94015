"""The snooze form, submitted: nobody is mentioned for a while, or again from now on."""

from collections.abc import Mapping
from typing import Any, Final

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.engine.alerts import SNOOZE_SECONDS
from bot.project import Project
from handlers._alerts import may_act
from handlers._payloads import AlertForm
from handlers._services import Alerts, People
from handlers._show import show
from handlers.render.alert_forms import HOW, WAKE
from handlers.render.alert_forms import SNOOZE_CALLBACK as CALLBACK
from handlers.render.forms import working_view
from handlers.views._alert import NO_CHOICE, noted_view
from handlers.views._filled import filled

__all__ = ["CALLBACK", "handle"]

_CHOICES: Final = {WAKE: 0} | {str(seconds): seconds for seconds in SNOOZE_SECONDS}


async def handle(
    ack: AsyncAck,
    body: Mapping[str, Any],
    view: Mapping[str, Any],
    client: AsyncWebClient,
    alerts: Alerts,
    people: People,
    project: Project,
) -> None:
    """Snooze it for as long as they chose; rights are looked up once more, for time has passed."""
    form = AlertForm.decode(view["private_metadata"])
    seconds, user = _CHOICES.get(filled(view, HOW).chosen), body["user"]["id"]
    if seconds is None:
        await ack(response_action="errors", errors={HOW: NO_CHOICE})
        return
    await ack(response_action="update", view=working_view("Snooze"))
    await may_act(people, project, user)
    await alerts.snooze(form.alert, user, seconds)
    said = "Snoozed. The alert's card says until when." if seconds else "It is awake again."
    await show(client, view["id"], noted_view(said))
