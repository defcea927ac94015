"""Outages as the health monitor of the running bot sees them: one card each, whatever happens meanwhile."""

import pytest
import pytest_asyncio

from tests.flows.alerting import ALERTS, alerting, sections
from tests.flows.driver import BEN

pytestmark = pytest.mark.asyncio(loop_scope="module")
PRODUCTION, STAGING = ("api", "production"), ("api", "staging")
DOWN, STAGING_DOWN = "api in production does not answer well", "api in staging does not answer well"
FLAPS = "uuuuuuuuuddduuuddduuu"
"""Looks that are nearly enough to call it flapping: one more change is."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory):
    patient = {"deployment_timeout": 60.0}  # a deploy goes on for as long as it is looked at
    async with alerting(tmp_path_factory.mktemp("health"), edit=sections(), timings=patient) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def desk(shared):
    shared.box.faults.reset()
    shared.box.faults.set("railway.speed", "fast")
    shared.box.backend.unhealthy.clear()
    shared.box.backend.sick_parts.clear()
    await shared.polled(lambda: shared.pulse("api:production:health") == "up")
    return shared


def _looks(desk, target, after=0):
    """Say whether the monitor has looked at a target that often since, by what the target was asked."""
    return desk.box.backend.requests.count(target) - after


async def test_an_outage_and_its_recovery_are_one_card_over_a_restart_that_announces_nothing_twice(desk):
    desk.box.faults.set("status.page", "major")
    await desk.polled(lambda: desk.pulse("dependency:github") == "down")
    assert desk.alerts() == []  # a vendor's page tells nothing by itself
    desk.box.backend.unhealthy.add(PRODUCTION)

    card = await desk.alert(DOWN, "critical")
    text = card.everything
    await desk.box.kill_bot()
    await desk.again()
    asked = _looks(desk, "/api/production/health")
    await desk.polled(lambda: _looks(desk, "/api/production/health", asked) > 2)
    assert desk.ws.messages(ALERTS) == [card]
    assert (set(card.versions), desk.below(card)) == ({card.text}, [])
    desk.box.backend.unhealthy.clear()
    await desk.shows(card, "Resolved: ", "down for")

    assert "3 looks in a row found it ill" in text
    assert "database" in text
    assert "Status pages: github says" in text
    assert "<!subteam^S0APPROVER1>" in text
    assert "Open incident…" in text
    assert desk.ws.messages(ALERTS) == [card]
    assert desk.box.dependencies.heartbeats == 2  # one at each start, the next after a minute


async def test_failing_parts_and_ill_dependencies_are_cards_and_what_is_unknown_is_not_down(desk):
    desk.box.backend.sick_parts[PRODUCTION] = {"redis"}
    desk.box.faults.set("supabase.health", "401")
    desk.box.faults.set("upstash.ping", "error")

    parts = await desk.alert("Parts of api in production are not well", "redis", "warning")
    upstash = await desk.alert("upstash does not answer well")
    await desk.polled(lambda: desk.rows("SELECT 1 FROM pulses WHERE said LIKE '%401%'"))
    assert desk.pulse("dependency:supabase") == "up"
    assert desk.alerts("supabase") == []
    desk.box.faults.set("supabase.health", "unhealthy")
    supabase = await desk.alert("supabase is not well", "db")
    desk.box.faults.reset()
    desk.box.backend.sick_parts.clear()

    for card in (parts, upstash, supabase):
        await desk.shows(card, "Resolved: ")


async def _remembered(desk, target, history):
    """Write into the database what takes half a minute to see; what is looked at meanwhile comes after it."""

    def written():
        ((known,),) = desk.rows("SELECT history FROM pulses WHERE target = ?", target)
        if history[5:] in known:
            return known != history
        desk.write("UPDATE pulses SET history = ? WHERE target = ?", history, target)
        return False

    await desk.polled(written)


async def test_flapping_is_one_card_however_often_it_goes_up_and_down(desk):
    desk.box.backend.unhealthy.add(STAGING)
    await _remembered(desk, "api:staging:health", FLAPS)

    card = await desk.alert(STAGING_DOWN, "flapping")
    desk.box.backend.unhealthy.clear()
    asked = _looks(desk, "/api/staging/health")
    await desk.polled(lambda: _looks(desk, "/api/staging/health", asked) > 3)

    await desk.shows(card, "It keeps going up and down; this card stays the one for it.")
    assert "Resolved: " not in "".join(card.versions)
    await _remembered(desk, "api:staging:health", "d" + "u" * 20)
    await desk.shows(card, "Resolved: ", "stopped going up and down")
    assert desk.alerts("staging") == [card]


async def test_a_deploy_under_way_counts_no_failures_and_says_so(desk):
    desk.box.faults.set("railway.deployment", "never ends")
    card = await desk.deploy("staging")
    await desk.shows(card, "Stop this run?")
    await desk.polled(lambda: desk.box.railway.started(*STAGING))
    desk.box.backend.unhealthy.add(STAGING)
    asked = _looks(desk, "/api/staging/health")
    await desk.polled(lambda: _looks(desk, "/api/staging/health", asked) > 3)

    said = await desk.say("/pawdeploy health")

    assert "Paused, its failures count for nothing: run" in said
    assert "is shipping" in said
    assert desk.pulse("api:staging:health") == "up"
    await desk.press(card, "run_cancel")
    desk.box.backend.unhealthy.clear()
    await desk.polled(lambda: desk.rows("SELECT 1 FROM runs WHERE state = 'cancelled'"))


async def test_muted_there_is_no_card_until_it_is_heard_of_again(desk):
    said = await desk.say("/pawdeploy mute api staging for 2h because we migrate", user=BEN)
    assert "`api in staging` is muted" in said
    await desk.box.sentry.new_issue("backend", "staging", title="Of a muted place")
    await desk.polled(lambda: desk.rows("SELECT 1 FROM alerts WHERE title = 'Of a muted place'"))
    _, other = await desk.issue("Of another place")  # what came later is there: this one was hidden
    assert desk.alerts("Of a muted place") == []
    assert "we migrate" in await desk.say("/pawdeploy alerts muted")

    told = await desk.say("/pawdeploy unmute api staging", user=BEN)

    assert "`api in staging` is heard of again" in told
    await desk.alert("Of a muted place")
    assert other.text.startswith("Of another place")
