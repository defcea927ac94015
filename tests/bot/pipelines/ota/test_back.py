"""A way back decides once what goes back to what, and publishes one group for each that goes, never two."""

import pytest

from bot.engine.mobile import marked
from bot.engine.reasons import Reason
from bot.engine.states import RunState, StepName
from bot.errors import UserError
from bot.pipelines.take_back import take_back
from tests.bot.pipelines._asking import Left
from tests.bot.pipelines._world import ANN
from tests.bot.pipelines.ota._expo import ANDROID, AWAY, IOS, Spike, refusal
from tests.bot.pipelines.ota._world import SECONDS

S = StepName


def messages(world):
    return [group.message for _, group in world.expo.all]


async def test_what_everybody_has_goes_back_to_the_group_before(world):
    await world.went_out("First", key="1")
    await world.went_out("Second", key="2")

    run = await world.back_wanted()
    run = await world.go()

    assert (run.state, run.reason) == (RunState.SUCCEEDED, Reason.UPDATE_TAKEN_BACK)
    assert world.what_people_get() == marked("Back to “First”", run.id)
    assert world.expo.deleted == []
    assert "Back to" in run.live


async def test_with_nothing_before_it_people_go_back_to_what_is_built_in(world):
    await world.went_out("First")
    await world.back_wanted()

    run = await world.go()

    assert run.state is RunState.SUCCEEDED
    assert world.what_people_get() == "what is built in"
    assert "built into the app" in run.live


async def test_there_is_nothing_to_take_back_where_people_have_what_is_built_in(world):
    await world.back_wanted()
    run = await world.go()
    assert (run.state, run.reason) == (RunState.REFUSED, Reason.NO_UPDATE)
    assert run.not_done


async def test_going_back_twice_goes_further_back_and_never_forward_to_what_was_taken_back(world):
    for message in ("First", "Second", "Bad"):
        await world.went_out(message, key=message)
    await world.back_wanted(key="back 1")
    await world.go()
    assert "Second" in world.what_people_get()
    await world.back_wanted(key="back 2")

    await world.go()
    assert "First" in world.what_people_get()
    await world.back_wanted(key="back 3")
    await world.go()

    assert world.what_people_get() == "what is built in"


async def test_only_the_newest_update_goes_and_other_runtimes_keep_theirs(world):
    world.expo.published("For the old app", runtime="1.3.0")
    await world.went_out("First")
    await world.back_wanted()

    await world.go()

    assert world.what_people_get("1.3.0") == "For the old app"


async def test_in_the_middle_of_a_rollout_the_group_is_deleted_and_the_control_group_comes_back(world):
    await world.went_out("First", key="1")
    await world.wanted("Second", key="2")
    update = world.run_id
    backs = []

    async def back():
        backs.append((await world.back_wanted()).id)
        await world.go(until=S.LINE)
        await world.get_in_line()
        world.run_id = update

    world.clock.then(world.clock.passed + SECONDS + 10, back)
    run = await world.go()

    assert (run.state, run.reason) == (RunState.FAILED, Reason.OVERTAKEN)
    assert "50 %" in run.detail
    taken = run.deployment_id
    assert world.expo.set[-2:] == [(ANDROID, 50), (IOS, 50)]
    world.run_id = backs[0]
    run = await world.go()

    assert run.state is RunState.SUCCEEDED
    assert world.expo.deleted == [taken]
    assert "First" in world.what_people_get()
    assert len([one for one in messages(world) if f"run {run.id})" in one]) == 1


async def test_while_people_are_asked_whether_it_goes_back_it_goes_no_further(world):
    await world.wanted("Second", key="2")
    update = world.run_id
    backs = []

    async def asked():
        backs.append((await world.back_wanted()).id)
        world.run_id = update

    async def no():
        await world.cancel(backs[0])

    world.clock.then(10, asked)
    world.clock.then(SECONDS + 40, no)
    run = await world.go()

    assert run.state is RunState.SUCCEEDED
    assert world.clock.passed == pytest.approx(3 * SECONDS + 40, abs=8)


async def test_a_way_back_waits_for_what_is_being_published(world):
    await world.went_out("First", key="1")
    await world.wanted("Second", key="2")
    await world.go(until=S.PUBLISH)
    update = world.run_id
    back = (await world.back_wanted()).id

    async def published():
        world.run_id = update
        await world.step(S.PUBLISH)
        world.run_id = back

    world.clock.then(world.clock.passed + 4, published)
    assert await world.step(S.RESOLVE) == "done"

    facts = await world.back_facts()
    assert [one.to_message for one in facts.undo] == ["First"]


@pytest.mark.parametrize("call", ["delete_group", "embed"])
async def test_an_answer_that_was_lost_makes_no_second_one(world, call):
    world.errors.spike = Spike(rate=600.0)
    await world.wanted()
    await world.go()
    world.expo.after[call] = [AWAY]

    back = await world.taken_back()

    assert back.state is RunState.SUCCEEDED
    assert len([one for _, one in world.expo.all if one.embedded]) == 1


async def test_killed_between_publishing_and_knowing_it_finds_what_it_published(world):
    await world.went_out("First", key="1")
    await world.went_out("Second", key="2")
    run = await world.back_wanted()
    await world.go(until=S.REVERT)
    world.expo.after["republish"] = [Left()]
    with pytest.raises(Left):
        await world.go()

    run = await world.born_again().go()

    assert run.state is RunState.SUCCEEDED
    assert len([one for one in messages(world) if f"run {run.id})" in one]) == 1


async def test_killed_while_the_listing_lags_it_still_publishes_once(world):
    await world.went_out("First", key="1")
    await world.went_out("Second", key="2")
    await world.back_wanted()
    await world.go(until=S.REVERT)
    world.expo.shows_after = 3.0
    world.expo.after["republish"] = [Left()]
    with pytest.raises(Left):
        await world.go()

    run = await world.born_again().go()

    assert run.state is RunState.SUCCEEDED
    assert len([one for one in messages(world) if f"run {run.id})" in one]) == 1


async def test_what_cannot_be_taken_back_fails_and_pages_those_on_call(world):
    world.errors.spike = Spike(rate=600.0)
    await world.wanted()
    await world.go()
    world.expo.job_fails = "an internal error"

    back = await world.taken_back()

    assert (back.state, back.reason) == (RunState.FAILED, Reason.REVERT_FAILED)
    assert "an internal error" in back.detail
    assert [post.kind for post in await world.kit.posts.due() if post.kind == "page"] == ["page"]


async def test_what_expo_refuses_to_publish_again_fails_and_says_what_people_still_get(world):
    await world.went_out("First", key="1")
    await world.went_out("Second", key="2")
    await world.back_wanted()
    world.expo.before["republish"] = [refusal("it is signed")]

    run = await world.go()

    assert (run.state, run.reason) == (RunState.FAILED, Reason.REVERT_FAILED)
    assert "it is signed" in run.detail
    assert "still gets “Second”" in run.live


async def test_nothing_is_taken_back_over_somebodys_newer_update(world):
    await world.went_out("First", key="1")
    await world.back_wanted()
    await world.go(until=S.LINE)
    world.expo.published("A fix by hand")

    run = await world.go()

    assert (run.state, run.reason) == (RunState.REFUSED, Reason.ALREADY_LIVE)
    assert world.what_people_get() == "A fix by hand"


async def test_the_place_is_locked_so_that_the_same_is_not_shipped_again_at_once(world):
    world.errors.spike = Spike(rate=600.0)
    await world.wanted(key="1")
    await world.go()
    await world.taken_back()
    world.errors.spike = Spike()
    await world.wanted(key="2")

    run = await world.go()

    assert (run.state, run.reason) == (RunState.REFUSED, Reason.LOCKED)
    assert len(world.workflows.updates) == 1


async def test_a_second_way_back_is_refused_while_one_is_under_way(world):
    await world.went_out("First")
    await world.back_wanted(key="a")
    with pytest.raises(UserError) as refused:
        await world.back_wanted(key="b")
    assert refused.value.reason is Reason.ROLLBACK_UNDER_WAY


async def test_one_delivery_is_one_way_back(world):
    await world.went_out("First")
    first = await world.back_wanted(key="a")
    assert (await world.back_wanted(key="a")).id == first.id


async def test_an_emergency_asks_nobody(world):
    run = await world.back_wanted(emergency="it deletes pets")
    assert (run.has(S.CONSENT), run.emergency) == (False, "it deletes pets")
    assert run.requested_by == ANN


async def test_what_is_taken_back_by_itself_cannot_be_cancelled_any_more(world):
    world.expo.refusing = {ANDROID: 10_000}
    await world.wanted()
    run = await world.go()
    assert run.reason is Reason.PLATFORMS_APART
    assert await take_back(world.kit, run.id) is not None

    with pytest.raises(UserError, match=r"was taken back; .*`/pawota rollback production`"):
        await world.desk._desk.cancel(run.id, ANN)
