"""Take back… means the update on whose card it stands; whose update went back, its card says."""

import pytest

from bot.engine.mobile import marked
from bot.engine.reasons import Reason
from bot.engine.states import RunState, StepName
from bot.errors import UserError
from bot.pipelines.requests import UpdateBackRequest
from tests.bot.pipelines._world import ANN, BEN
from tests.bot.pipelines.ota._expo import Spike
from tests.bot.pipelines.ota._world import PLACE, SECONDS

S = StepName


async def pressed(world, run, key, by=ANN):
    """Have somebody press Take back… on a run's card."""
    app, place = PLACE
    back = await world.desk.take_back(
        UpdateBackRequest(key=key, app=app, environment=place, by=by, update=run.id)
    )
    world.run_id = back.id
    return back


async def test_pressed_on_an_older_update_it_takes_back_nothing_else(world):
    first = await world.went_out("First", key="1")
    second = await world.went_out("Second", key="2")
    await pressed(world, first, "old card")

    run = await world.go()

    assert (run.state, run.reason) == (RunState.REFUSED, Reason.ALREADY_LIVE)
    assert f"What run {first.id} published is no longer what people get" in run.detail
    assert world.what_people_get() == marked("Second", second.id)


async def test_pressed_once_more_it_takes_back_nothing_else(world):
    await world.went_out("First", key="1")
    second = await world.went_out("Second", key="2")
    back = await pressed(world, second, "Ann")
    await world.go()
    before = world.what_people_get()

    with pytest.raises(UserError, match=f"Run {back.id} took back what run {second.id} published") as refused:
        await pressed(world, second, "Ben", BEN)

    assert refused.value.reason is Reason.STALE_BUTTON
    assert world.what_people_get() == before


async def test_what_was_brought_back_can_be_taken_back_on_its_own_card(world):
    first = await world.went_out("First", key="1")
    second = await world.went_out("Second", key="2")
    await pressed(world, second, "b")
    await world.go()
    await pressed(world, first, "a")

    run = await world.go()

    assert run.state is RunState.SUCCEEDED
    assert world.what_people_get() == "what is built in"
    gone = (await world.view(first.id)).taken_back
    assert gone is not None
    assert gone.run_id == run.id


async def test_the_card_of_what_a_person_took_back_says_so(world):
    await world.went_out("First", key="1")
    second = await world.went_out("Second", key="2")
    seen = (await world.view(second.id)).revision
    await world.back_wanted()
    assert (await world.view(second.id)).taken_back is None

    run = await world.go()

    there = await world.view(second.id)
    assert run.parent_id == second.id
    assert there.taken_back is not None
    assert (there.taken_back.run_id, there.taken_back.state) == (run.id, RunState.SUCCEEDED)
    assert there.revision > seen  # so that the card is drawn anew


async def test_the_card_of_one_that_was_left_half_way_says_so_too(world):
    await world.wanted("Stuck")
    world.errors.silent = True
    stuck = await world.go()
    assert (stuck.state, stuck.reason) == (RunState.FAILED, Reason.EXPIRED)
    await world.back_wanted()

    run = await world.go()

    there = await world.view(stuck.id)
    assert there.taken_back is not None
    assert there.taken_back.run_id == run.id
    with pytest.raises(UserError):
        await world.desk._desk.retry(stuck.id, stuck.attempt, ANN)


async def test_an_update_that_nobody_here_published_has_no_card(world):
    await world.went_out("First")
    world.expo.published("By hand")
    await world.back_wanted()
    assert (await world.go()).parent_id is None


async def test_of_two_ways_back_the_one_that_did_it_is_named(world):
    world.errors.spike = Spike(rate=600.0)
    await world.wanted()
    hurt = await world.go()
    world.expo.job_fails = "an internal error"
    assert (await world.taken_back()).state is RunState.FAILED
    assert (await world.view(hurt.id)).taken_back.state is RunState.FAILED
    await world.cancelled()
    world.expo.job_fails = ""
    await pressed(world, hurt, "by hand")

    run = await world.go()

    assert (await world.view(hurt.id)).taken_back.run_id == run.id


async def test_while_people_are_asked_whether_it_goes_back_it_cannot_be_sent_on(world):
    update = await world.wanted("Second")
    refusals, backs = [], []

    async def asked():
        backs.append((await world.back_wanted()).id)
        world.run_id = update.id
        with pytest.raises(UserError) as refused:
            await world.desk.promote(update.id, 0, BEN)
        refusals.append(refused.value)

    async def no():
        await world.cancel(backs[0])

    world.clock.then(10, asked)
    world.clock.then(SECONDS + 40, no)
    run = await world.go()

    assert run.state is RunState.SUCCEEDED
    assert run.promoted == 0  # nothing was kept that would fire once the way back is cancelled
    assert refusals[0].reason is Reason.NOTHING_TO_PROMOTE
    assert f"while run {backs[0]} is there to take it back" in str(refusals[0])
