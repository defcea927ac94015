"""What people type about alerts, right and wrong."""

import pytest
import pytest_asyncio

from handlers.render import alert_card as press
from tests.flows.alerting import alerting
from tests.flows.driver import ANN, BEN, CLEO, OTTO

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory):
    async with alerting(tmp_path_factory.mktemp("words")) as made:
        yield made


async def test_open_lists_what_fires_and_mine_what_one_has_and_muted_what_is_kept_quiet(desk):
    assert "No alert is open" in await desk.say("/pawdeploy alerts")
    _, one = await desk.issue("First of two")
    _, two = await desk.issue("Second of two")
    await desk.click(one, press.ACKNOWLEDGE, user=CLEO)
    await desk.shows(one, "Acknowledged by")

    listed = await desk.say("/pawdeploy alerts open", user=OTTO)
    mine = await desk.say("/pawdeploy alerts mine", user=CLEO)

    assert "*Open alerts: 2*" in listed
    assert listed.index("Second of two") < listed.rindex("First of two")
    assert "First of two" in mine
    assert "Second of two" not in mine
    assert "You have no open alert" in await desk.say("/pawdeploy alerts mine", user=BEN)
    assert "Nothing is muted" in await desk.say("/pawdeploy alerts muted")
    await desk.fill(two, press.RESOLVE, how="now")
    await desk.shows(two, "Resolved by")
    assert "*Open alerts: 1*" in await desk.say("/pawdeploy alerts")


async def test_a_test_alert_goes_the_whole_way_and_its_buttons_act_on_it_alone(desk):
    said = await desk.say("/pawdeploy test-alert", user=BEN)
    assert "<#C0ALERTS001>" in said
    card = await desk.alert("This is a test")
    assert "TEST · " in card.text
    orders = [one for one in desk.box.sentry.requests if one.startswith("PUT")]

    await desk.fill(card, press.RESOLVE, how="now")

    await desk.shows(card, f"Resolved by <@{BEN}>")
    assert [one for one in desk.box.sentry.requests if one.startswith("PUT")] == orders


async def test_health_says_how_all_that_is_watched_is(desk):
    await desk.polled(lambda: desk.rows("SELECT count(*) FROM pulses WHERE state = 'up'")[0][0] == 7)

    said = await desk.say("/pawdeploy health", user=OTTO)

    assert "All 7 up" in said
    assert all(name in said for name in ("api in production", "api in staging", "supabase", "upstash"))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("alerts opne", ("`opne`", "/pawdeploy alerts open")),
        ("alerts open all", ("/pawdeploy alerts",)),
        ("mute", ("Which service or app: `api` or `mobile`?", "/pawdeploy mute SERVICE")),
        ("mute apo for 2h because x", ("`apo`", "Did you mean", "`api`")),
        ("mute api", ("Say until when", "Nothing was changed")),
        ("mute api for 2h", ("Say why it is to be quiet", "Nothing was changed")),
        ("mute api for 9d because x", ("7 days at most", "Nothing was changed")),
        ("mute api for ever because x", ("Say until when", "Nothing was changed")),
        ("unmute", ("Which service or app: `api`",)),
        ("unmute api", ("api is not muted", "/pawdeploy alerts muted")),
        ("helth", ("Did you mean `/pawdeploy health`?",)),
        ("test-alrt", ("Did you mean `/pawdeploy test-alert`?",)),
    ],
)
async def test_a_wrong_word_is_told_what_would_be_right_and_changes_nothing(desk, typed, words):
    said = await desk.say(f"/pawdeploy {typed}")

    assert all(word in said for word in words), said
    assert desk.rows("SELECT count(*) FROM mutes") == [(0,)]


async def test_muting_takes_the_right_to_deploy_everywhere_it_covers(desk):
    refused = await desk.say("/pawdeploy mute api for 2h because x", user=OTTO)
    assert "You can't mute" in refused
    assert desk.rows("SELECT count(*) FROM mutes") == [(0,)]
    refused = await desk.say("/pawdeploy test-alert", user=OTTO)
    assert "You can't send a test alert" in refused

    said = await desk.say("/pawdeploy mute api for 2h because <!here> quiet", user=ANN)

    assert "“&lt;!here&gt; quiet”" in said
    assert "You can't unmute" in await desk.say("/pawdeploy unmute api", user=OTTO)
    assert "is heard of again" in await desk.say("/pawdeploy unmute api", user=ANN)
