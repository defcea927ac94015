"""An update goes out stage by stage; what hurts stops, percents only rise, a clock is never set again."""

import pytest

from bot.engine.errors_watch import NewIssue
from bot.engine.reasons import Reason
from bot.engine.states import RunState, StepName
from tests.bot.pipelines._asking import Left
from tests.bot.pipelines._world import ANN, BEN, NOON, SHA
from tests.bot.pipelines.ota._expo import ANDROID, AWAY, IOS, Spike
from tests.bot.pipelines.ota._world import HOLD, SECONDS

S = StepName


async def test_it_goes_to_ten_fifty_and_all_and_each_stage_is_watched_for_its_whole_time(world):
    await world.wanted()

    run = await world.go()

    assert (run.state, run.reason) == (RunState.SUCCEEDED, Reason.UPDATED)
    assert world.expo.set == [(ANDROID, 50), (IOS, 50), (ANDROID, 100), (IOS, 100)]
    assert world.clock.passed == pytest.approx(3 * SECONDS, abs=6)
    assert (await world.facts()).percent == 100
    assert "Everybody on runtime 1.4.0" in run.live


async def test_a_spike_at_ten_percent_stops_there_and_the_way_back_brings_what_was_before(world):
    await world.went_out("The one before", key="before")
    world.errors.spike = Spike(rate=600.0)
    await world.wanted("It crashes", key="bad")

    run = await world.go()
    assert (run.state, run.reason) == (RunState.FAILED, Reason.REGRESSED)
    assert (await world.facts()).percent == 10
    bad = run.deployment_id
    back = await world.taken_back()

    assert (back.state, back.reason) == (RunState.SUCCEEDED, Reason.UPDATE_TAKEN_BACK)
    assert back.automatic
    assert bad in world.expo.deleted
    assert world.what_people_get().startswith("Back to “The one before”")
    assert [one for _, one in world.expo.all if one.group == bad] == []


async def test_errors_of_the_update_alone_are_counted_where_events_name_it(world):
    await world.went_out()
    assert {tag for tag, _ in world.errors.asked} == {"expo-update-group-id"}
    assert {group for _, group in world.errors.asked} == {(await world.now()).deployment_id}


async def test_a_new_unhandled_issue_that_many_meet_is_worse_too(world):
    issue = NewIssue(title="TypeError", url="https://sentry.test/1", events=50, users=20, unhandled=True,
                     first_seen=NOON)  # fmt: skip
    world.errors.spike = Spike(rate=4.0, issues=(issue,))
    await world.wanted()

    run = await world.go()

    assert (run.reason, "TypeError" in run.detail) == (Reason.REGRESSED, True)


async def test_one_platform_that_does_not_take_it_is_asked_again_until_both_agree(world):
    world.expo.refusing = {ANDROID: 3}
    await world.wanted()
    notes = []

    async def look():
        facts = await world.facts()
        if facts.apart:
            notes.append(facts.apart)

    for second in range(200):
        world.clock.then(second / 4, look)
    run = await world.go()

    assert run.state is RunState.SUCCEEDED
    assert set(notes) == {"Android 10 %, iOS 50 %"}
    assert [percent for platform, percent in world.expo.set if platform is ANDROID] == [50, 100]


async def test_platforms_that_never_agree_end_it_and_it_is_taken_back(world):
    world.expo.refusing = {ANDROID: 10_000}
    await world.wanted()

    run = await world.go()
    assert (run.state, run.reason) == (RunState.FAILED, Reason.PLATFORMS_APART)
    assert "Android 10 %, iOS 50 %" in run.detail
    back = await world.taken_back()

    assert back.state is RunState.SUCCEEDED
    assert world.what_people_get() == "what is built in"


async def test_what_expo_refuses_with_nothing_out_of_step_stays_where_it_is_and_can_be_taken_up_again(world):
    world.expo.refusing = {IOS: 1, ANDROID: 1}
    await world.wanted()

    run = await world.go()
    assert (run.state, run.reason) == (RunState.FAILED, Reason.ROLLOUT_REFUSED)
    assert "at 10 %" in run.detail or "10 %" in run.detail
    await world.retry()
    run = await world.go()

    assert run.state is RunState.SUCCEEDED
    assert len(world.workflows.updates) == 1
    assert world.clock.passed == pytest.approx(3 * SECONDS, abs=10)


async def test_locked_before_it_is_taken_up_again_it_is_not_said_that_nothing_was_published(world):
    world.expo.refusing = {IOS: 1, ANDROID: 1}
    await world.wanted()
    assert (await world.go()).reason is Reason.ROLLOUT_REFUSED
    await world.holds.lock("lock", service="", environment="production", by=BEN, reason="x", until=None)
    await world.retry()

    run = await world.go()

    assert (run.state, run.reason) == (RunState.REFUSED, Reason.LOCKED)
    assert run.not_done == "It went no further; what people have of it stays with them."
    assert "10 %" in run.live


async def test_an_answer_that_was_lost_is_looked_up_and_no_percent_is_set_twice(world):
    world.expo.after["set_percent"] = [AWAY]
    await world.wanted()

    run = await world.go()

    assert run.state is RunState.SUCCEEDED
    assert sorted(world.expo.set) == sorted({*world.expo.set})


async def test_killed_in_the_middle_of_a_stage_it_goes_on_and_its_clock_does_not_begin_anew(world):
    await world.wanted()
    world.clock.then(SECONDS + 12, world.leave)
    with pytest.raises(Left):
        await world.go()
    world.clock.slept.clear()

    run = await world.born_again().go()

    assert run.state is RunState.SUCCEEDED
    assert world.clock.passed == pytest.approx(3 * SECONDS, abs=6)


async def test_a_person_may_go_on_at_once(world):
    await world.wanted()

    async def promote():
        await world.desk.promote(world.run_id, 0, ANN)

    world.clock.then(5, promote)
    run = await world.go()

    assert run.state is RunState.SUCCEEDED
    assert world.clock.passed == pytest.approx(2 * SECONDS + 5, abs=6)
    assert run.promoted_by == ANN


async def test_where_the_watch_cannot_tell_it_holds_until_a_person_goes_on(world):
    world.errors.silent = True
    await world.wanted()

    async def promote():
        run = await world.now()
        assert (await world.facts()).held
        world.errors.silent = False
        await world.desk.promote(run.id, 0, ANN)

    world.clock.then(SECONDS + 60, promote)
    run = await world.go()

    assert run.state is RunState.SUCCEEDED
    assert not (await world.facts()).held
    assert world.clock.passed == pytest.approx(3 * SECONDS + 60, abs=8)


async def test_an_app_whose_events_never_name_an_update_is_not_taken_to_be_well(world):
    world.errors.named = False
    await world.wanted()

    run = await world.go()

    assert (run.reason, world.expo.set) == (Reason.EXPIRED, [])
    assert "names an update (expo-update-group-id)" in run.detail


async def test_held_for_too_long_it_says_how_far_it_is_and_stays_there(world):
    world.errors.silent = True
    await world.wanted()

    run = await world.go()

    assert (run.state, run.reason) == (RunState.FAILED, Reason.EXPIRED)
    assert "10 %" in run.detail
    assert world.clock.passed == pytest.approx(SECONDS + HOLD, abs=6)
    assert world.expo.set == []


async def test_held_and_killed_it_waits_on_and_does_not_take_the_doubt_for_a_yes(world):
    world.errors.silent = True
    await world.wanted()
    world.clock.then(SECONDS + 50, world.leave)
    with pytest.raises(Left):
        await world.go()
    world.clock.slept.clear()

    run = await world.born_again().go()

    assert (run.reason, world.expo.set) == (Reason.EXPIRED, [])
    assert world.clock.passed == pytest.approx(SECONDS + HOLD, abs=6)


async def test_it_is_published_with_its_words_its_branch_and_the_first_percent(world):
    run = await world.wanted("Fix the feeding plan")
    await world.go()

    assert world.workflows.updates == [
        {
            "action": "update",
            "message": f"Fix the feeding plan (pawdeploy run {run.id})",
            "branch": "production",
            "rollout": "10",
        }
    ]
    assert [sha for _, sha, _ in world.workflows.sent] == [SHA]
