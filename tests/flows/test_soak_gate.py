"""A commit ships when it has been live and well in staging for a day, and is well there now."""

import pytest
import pytest_asyncio

from bot.engine.reasons import Reason
from bot.engine.states import RunState
from tests.flows.driver import ANN, BEN, CLEO, OTTO
from tests.flows.gated import gated, only

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOT_SOAKED = (RunState.REFUSED, Reason.NOT_SOAKED)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory):
    async with gated(tmp_path_factory.mktemp("soak"), only("approval", "soak")) as made:
        yield made


@pytest.fixture
def desk(shared):
    shared.box.faults.reset()
    shared.box.faults.set("railway.speed", "fast")
    shared.box.backend.unhealthy.clear()
    return shared


async def test_too_short_a_soak_refuses_with_what_it_has_and_what_did_not_count_until_it_has_enough(desk):
    sha = desk.commit("List pets by age")
    desk.soaks(sha)
    desk.seen((sha, 5, 20, "health: HTTP 503"), (sha, 19, 0, ""))
    card = await desk.deploy("production")

    text = await desk.refused(card, "not soaked: 19 h", sha[:7])

    assert "19 h 00 min of 24 h 00 min in staging" in text
    assert "4 h 59 min to go" in text
    assert "Not counted: 5 h 00 min (health)" in text
    assert desk.state_of(card) == NOT_SOAKED
    assert desk.buttons(card) >= {"run_retry", "run_cancel", "soak_override"}
    assert desk.shipped(sha) == 0

    desk.seen((sha, 6, 25, ""), (sha, 5, 20, "health: HTTP 503"), (sha, 19, 0, ""))
    await desk.press(card, "run_retry")
    await desk.shows(card, "0 of 1", "attempt 2")
    await desk.approved(card)
    await desk.shows(card, ":large_green_circle: *Deployed", sha[:7], "production")
    assert desk.box.railway.live("api", "production") == sha


async def test_without_a_ref_what_staging_runs_is_meant_and_another_commit_has_a_clock_of_its_own(desk):
    old, new = desk.commit("In staging for days"), desk.commit("Not in staging for long")
    desk.soaks(new)
    desk.seen((old, 30, 10, ""), (new, 10, 0, ""))

    card = await desk.deploy("production")
    text = await desk.refused(card, new[:7], "10 h 00 min of 24 h 00 min")
    assert desk.state_of(card) == NOT_SOAKED
    assert old[:7] not in text.split("Before")[0]

    older = await desk.asked(f"production {old}")  # it soaked, though it is live there no more
    assert old[:7] in older.everything
    await desk.cancel(older)
    assert desk.shipped(old) == desk.shipped(new) == 0


async def test_a_branch_can_be_named_and_must_have_soaked_all_the_same(desk):
    sha = desk.box.github.push("hotfix/labels", "Mend the labels", "Ann Requin")
    desk.box.github.set_checks(sha, "green")
    card = await desk.deploy("production hotfix/labels")
    await desk.refused(card, "of 24 h 00 min in staging", "is not what staging runs now")

    desk.soaks(sha)
    await desk.press(card, "run_retry")
    await desk.shows(card, "0 of 1", sha[:7], "hotfix/labels")
    await desk.cancel(card)


async def test_an_open_new_issue_in_staging_stops_what_had_soaked(desk):
    sha = desk.soaks()
    desk.box.sentry.world.add_issue("backend", "staging", sha, "KeyError: 'breed'")
    card = await desk.deploy("production")
    await desk.refused(card, "staging is not well on it right now: open alert: KeyError: 'breed'")
    assert desk.state_of(card) == NOT_SOAKED


async def test_staging_that_goes_down_while_an_approved_run_waits_in_line_stops_it(desk):
    first = desk.soaks()
    ahead = await desk.asked()
    desk.box.faults.set("railway.deployment", "never ends")
    await desk.approved(ahead)
    await desk.polled(lambda: desk.shipped(first) == 1)
    second = desk.soaks()
    card = await desk.asked()
    await desk.approved(card)
    await desk.shows(card, "In line behind run")

    desk.box.backend.unhealthy.add(("api", "staging"))
    desk.box.faults.set("railway.deployment", "removed")
    await desk.shows(ahead, ":red_circle:")

    await desk.refused(card, second[:7], "staging is not well on it right now: health")
    assert desk.state_of(card) == NOT_SOAKED
    assert desk.shipped(second) == 0


async def test_an_override_takes_its_role_and_a_reason_stands_out_and_asks_one_person_more(desk):
    sha = desk.soaks(hours=2)
    card = await desk.deploy("production")
    await desk.refused(card, "2 h 00 min of 24 h 00 min")

    for outsider in (BEN, OTTO):
        await desk.press(card, "soak_override", user=outsider)
        await desk.ws.until(lambda who=outsider: "skip the rest of the soak" in desk.heard(who))
        assert desk.ws.view(outsider) is None
    await desk.press(card, "soak_override", user=ANN)
    form = await desk.ws.until(lambda: desk.ws.view(ANN))
    assert not (await desk.ws.submit(ANN, form.id, {"reason": "   "})).ok
    assert (await desk.ws.submit(ANN, form.id, {"reason": "Vets cannot log in"})).ok

    text = await desk.shows(card, "0 of 2", "attempt 2")
    assert "*The rest of the soak is skipped.* One more approval is needed." in text
    assert f"<@{ANN}> says: Vets cannot log in" in text
    await desk.approved(card, by=BEN)
    await desk.shows(card, "1 of 2")
    assert desk.shipped(sha) == 0
    await desk.approved(card, by=CLEO)
    await desk.shows(card, ":large_green_circle: *Deployed", sha[:7])
    assert any("Vets cannot log in" in row[0] for row in desk.rows("SELECT evidence FROM audit"))
