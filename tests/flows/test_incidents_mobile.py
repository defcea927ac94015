"""The app crashes: from Sentry's alert to the update that mends it, its way back, or a new version."""

import pytest
import pytest_asyncio

from handlers.render import alert_card
from tests.flows.driver import ANN, BEN, PATIENCE
from tests.flows.incidents import OPS, incidents, press
from tests.flows.mobile import QUICK, content
from tests.flows.releasing import Releasing, released_so, review_fast

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory):
    state, app = tmp_path_factory.mktemp("incidents-mobile"), released_so(guarded=True)
    async with incidents(state, timings=QUICK, app=app) as made:
        review_fast(made.box)
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def phone(desk):
    """The same sandbox, as flows of the app see it; nothing is locked."""
    one = Releasing(desk.box, desk.state)
    one.unlock()
    return one


async def by_checklist(desk, phone, card, step):
    """Have Ann start what a step starts, and Ben agree; return the run's card once the run is over."""
    await desk.pressed(card, press.INCIDENT_ACT, step, user=ANN)
    run = await desk.run_card(card, step)
    await desk.shows(run, "0 of 1")
    await phone.agree(run)
    assert (await phone.ends(run))[0] == "succeeded", phone.detail(phone.run_of(run))
    return run


async def test_crashes_are_told_as_the_apps_and_mended_over_the_air_with_one_update(desk, phone):
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
    mended = phone.change("Show pets without vaccines")
    await desk.ticked(card, "ota-mend", user=BEN)
    await desk.pressed(card, press.INCIDENT_ACT, "ota-send", user=ANN)
    run = await desk.run_card(card, "ota-send")
    await desk.shows(run, "0 of 1", "over the air to production", "pet.vaccines.map")
    assert phone.groups_of(phone.run_of(run)) == []
    await phone.agree(run)
    await desk.marked(card, ota_send="done")
    assert phone.ended(phone.run_of(run)) == ("succeeded", "updated")
    (group,) = phone.groups_of(phone.run_of(run))
    assert {(part.sha, part.percent) for part in group} == {(mended, None)}
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
    assert f"update of mobile over the air to production: run {phone.run_of(run)}" in desk.report(card)
    assert card.channel == OPS


async def test_an_update_that_brought_the_crashes_is_taken_back_from_the_checklist(desk, phone):
    before = phone.top()
    phone.change("Draw the map anew")
    update = await phone.update("Draw the map anew")
    await phone.agree(update)
    assert await phone.ends(update) == ("succeeded", "updated")
    assert content(phone.top()) != content(before)

    card = await desk.opened("mobile-crash-spike the map crashes")
    await desk.chosen(card, "fixable", "bad-update", user=ANN)
    await desk.marked(card, take_back_update="todo")
    await by_checklist(desk, phone, card, "take-back-update")

    await desk.marked(card, take_back_update="done")
    assert content(phone.top()) == content(before)


async def test_a_native_fault_is_halted_and_the_mended_version_goes_to_the_stores(desk, phone):
    phone.change("Use the new camera")
    out = await phone.release()
    await phone.agree(out)
    assert await phone.ends(out) == ("succeeded", "released")
    card = await desk.opened("mobile-crash-spike it crashes at start")
    await desk.marked(card, crashes="done")
    await desk.chosen(card, "fixable", "native", user=ANN)
    await desk.marked(card, native_halt="todo", native_build="todo", native_apple="todo")
    text = await desk.drawn(card)
    assert "Do not send an over-the-air update for a fault in native code" in text

    await by_checklist(desk, phone, card, "native-halt")
    await desk.marked(card, native_halt="done")
    assert desk.box.appstore.versions[-1].phased.state == "PAUSED"
    assert "halted" in {one.status for one in desk.box.googleplay.releases}

    phone.change("Ask for the camera first")
    await desk.ticked(card, "native-mend", user=BEN)
    run = await by_checklist(desk, phone, card, "native-build")
    await desk.marked(card, native_build="done")
    number = phone.run_of(run)
    assert phone.ended(number) == ("succeeded", "released")
    assert phone.handed(number) == ["android", "ios"]
    assert len(phone.built(number)) == 2
