"""Ways back that meet, or whose bot dies on the way: what was done is known, and nothing is done twice."""

import pytest

from bot.engine.reasons import Reason
from bot.engine.states import RunState, StepName
from bot.pipelines.take_back import take_back
from tests.bot.pipelines._asking import Left
from tests.bot.pipelines.ota._expo import ANDROID, Spike

S = StepName


async def test_of_two_ways_back_the_second_finds_it_done_and_publishes_nothing(world):
    await world.went_out("First", key="1")
    world.errors.spike = Spike(rate=600.0)
    await world.wanted("Second", key="2")
    update = (await world.go()).id
    by_hand = (await world.back_wanted()).id
    await world.go(until=S.LINE)
    automatic = await take_back(world.kit, update)
    world.run_id = automatic
    await world.go(until=S.LINE)
    world.run_id = by_hand
    assert (await world.go()).state is RunState.SUCCEEDED
    many = len(world.expo.all)
    world.run_id = automatic

    run = await world.go()

    assert (run.state, run.reason) == (RunState.REFUSED, Reason.ALREADY_LIVE)
    assert len(world.expo.all) == many
    assert [post for post in await world.kit.posts.due() if post.kind == "page"] == []


async def test_killed_after_the_deletion_was_asked_for_it_goes_on_to_what_takes_its_place(world):
    await world.went_out("First", key="1")
    world.errors.spike = Spike(rate=600.0)
    await world.wanted("Second", key="2")
    await world.go()
    world.run_id = await take_back(world.kit, world.run_id)
    world.expo.after["delete_group"] = [Left()]
    with pytest.raises(Left):
        await world.go()
    await world.clock.sleep(30)

    run = await world.born_again().go()

    assert run.state is RunState.SUCCEEDED
    assert "First" in world.what_people_get()


async def test_a_way_back_that_a_crash_kept_from_being_stored_is_found_by_the_keeper(world):
    world.expo.refusing = dict.fromkeys((ANDROID,), 10_000)
    await world.wanted()
    run = await world.go()
    assert run.reason is Reason.PLATFORMS_APART
    assert await world.reader.regressed() == (run.id,)
    await take_back(world.kit, run.id)
    assert await world.reader.regressed() == ()
