"""The device form, submitted: what a tester says stands on the card at once."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.engine.mobile import AppPlatform, DeviceReport, Verdict
from bot.project import Project
from handlers._app_services import Releases
from handlers._payloads import DeviceForm
from handlers._services import Desk, People
from handlers._show import show
from handlers._testing import app_place_of, may_test, still_tested
from handlers.render.device_forms import DEVICE, NOTE, PLATFORM, said_words
from handlers.render.device_forms import DEVICE_CALLBACK as CALLBACK
from handlers.render.forms import working_view
from handlers.render.reason_forms import LEAST
from handlers.views._alert import noted_view
from handlers.views._filled import filled

__all__ = ["CALLBACK", "handle"]

_WHICH_DEVICE = "Say which device, and which version of its system."
_WHICH_PLATFORM = "Choose one of these."
_WHAT_IS_WRONG = "Say in a few words what is wrong, or nobody can mend it."


async def handle(
    ack: AsyncAck,
    body: Mapping[str, Any],
    view: Mapping[str, Any],
    client: AsyncWebClient,
    desk: Desk,
    releases: Releases,
    people: People,
    project: Project,
) -> None:
    """Keep it; rights, and whether anybody is still asked, are looked up once more, for time has passed."""
    form = DeviceForm.decode(view["private_metadata"])
    platform = form.platform or _chosen(view)
    device, note = filled(view, DEVICE).typed, filled(view, NOTE).typed
    if platform is None or (wrong := _wrong(form.verdict, device, note)):
        await ack(response_action="errors", errors={PLATFORM: _WHICH_PLATFORM} if platform is None else wrong)
        return
    await ack(response_action="update", view=working_view("Device test"))
    run = await desk.run(form.run)
    user = body["user"]["id"]
    await may_test(people, app_place_of(run, project), user)
    still_tested(run, form.attempt)
    said = DeviceReport(
        platform=platform,
        user=user,
        verdict=form.verdict,
        device=device,
        note=note,
        at=datetime.now(UTC),
    )
    await releases.report(form.run, said)
    await show(client, view["id"], noted_view(said_words(said)))


def _chosen(view: Mapping[str, Any]) -> AppPlatform | None:
    chosen = filled(view, PLATFORM).chosen
    return next((one for one in AppPlatform if one.value == chosen), None)


def _wrong(verdict: Verdict, device: str, note: str) -> dict[str, str]:
    """Say under each field what is wrong with it."""
    wrong = {} if any(char.isalnum() for char in device) else {DEVICE: _WHICH_DEVICE}
    if verdict is Verdict.PROBLEM and len(note) < LEAST:
        wrong[NOTE] = _WHAT_IS_WRONG
    return wrong
