"""The app crashes: from Sentry's alert to the update that mends it, or the build the stores get."""

import pytest
import pytest_asyncio

from handlers.render import alert_card
from tests.flows.driver import ANN, BEN, PATIENCE
from tests.flows.incidents import OPS, incidents, press

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory):
    async with incidents(tmp_path_factory.mktemp("incidents-mobile")) as made:
        yield made


def dispatched(desk, action):
    """Return the workflow runs of the app that do ``action``."""
    return [one for one in desk.box.github.runs if one.inputs.get("action") == action]


async def test_crashes_are_told_as_the_apps_and_mended_over_the_air_with_one_dispatch(desk):
    desk.box.faults.set("sentry.now", "app crashes")
    alerts = await desk.ws.until(lambda: desk.alerts("mobile in production"), PATIENCE)
    alert = alerts[0]
    await desk.shows(alert, "platform `react-native`")
    before = desk.there()
    await desk.form(alert, alert_card.OPEN_INCIDENT, user=BEN)
    await desk.submit(user=BEN)
    card = await desk.new_card(before)
    await desk.shows(card, "SEV2", "Mobile crash spike", "mobile in production")  # suggested by the alert
    await desk.marked(card, crashes="done", versions="done")
    text = await desk.drawn(card)
    assert "2.4.0" in text
    await desk.replied(card, "crash reports are new")

    await desk.ticked(card, "newest-change", user=BEN)
    await desk.chosen(card, "fixable", "javascript", user=BEN)
    await desk.marked(card, ota_mend="todo")
    await desk.drawn(card)
    await desk.ticked(card, "ota-mend", user=BEN)
    await desk.pressed(card, press.INCIDENT_ACT, "ota-send", user=ANN)
    run = await desk.run_card(card, "ota-send")
    await desk.shows(run, "0 of 1", "Update the app over the air")
    assert dispatched(desk, "update") == []
    await desk.press(run, "vote_approve", user=BEN)
    await desk.marked(card, ota_send="done")
    assert len(dispatched(desk, "update")) == 1
    await desk.shows(card, "run ", "succeeded")

    asks = await desk.form(card, press.INCIDENT_TELL, user=BEN)
    assert "It goes to the orchestrator" in asks
    await desk.submit(user=BEN)
    await desk.marked(card, orchestrator="done")
    told = desk.box.orchestrator.report("incident.told")
    assert told is not None
    assert "JavaScript can mend it" in told.data["message"]
    said = await desk.resolved(card, user=BEN)
    assert "Its report follows" in said
    await desk.polled(lambda: desk.report(card))
    assert "Update the app over the air" in desk.report(card)
    assert card.channel == OPS


async def test_a_native_fault_is_built_and_sent_to_the_stores_by_hand(desk):
    card = await desk.opened("mobile-crash-spike it crashes at start")
    await desk.marked(card, crashes="done")
    await desk.chosen(card, "fixable", "native", user=ANN)
    await desk.marked(card, native_halt="todo", native_build="todo", native_apple="todo")
    text = await desk.drawn(card)
    assert "Do not send an over-the-air update for a fault in native code" in text
    for step in (
        "native-halt",
        "native-mend",
        "native-try",
        "native-submit",
        "native-apple",
        "native-google",
    ):
        await desk.ticked(card, step, user=BEN)
    await desk.pressed(card, press.INCIDENT_ACT, "native-build", user=ANN)
    run = await desk.run_card(card, "native-build")
    await desk.shows(run, "0 of 1", "Build a hotfix of the app")
    await desk.press(run, "vote_approve", user=BEN)
    await desk.marked(card, native_build="done", native_google="done", native_apple="done")
    assert len(dispatched(desk, "build")) == 1
    assert dispatched(desk, "build")[0].inputs["profile"] == "production"
