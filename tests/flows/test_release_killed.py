"""Killed at each step of a release: one commit, one build a platform, one submission a build."""

import pytest
import pytest_asyncio

from tests.flows.mobile import DISPATCH, EXPO, fresh, killing
from tests.flows.releasing import releasing

pytestmark = pytest.mark.asyncio(loop_scope="module")

MOBILE = "/github/repos/pawlogic/mobile"
AT = {
    "the commit": f"PATCH {MOBILE}/git/refs/heads/main",
    "the first dispatch": DISPATCH,
}
"""Requests that are done though nobody hears of it: the bot dies as they are sent."""
STEPS = ("build", "submit", "review")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def shared(tmp_path_factory):
    async with releasing(tmp_path_factory.mktemp("release-killed")) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def desk(shared):
    return fresh(shared)


async def born_again(desk) -> None:
    await desk.polled(lambda: not desk.box.bot_running)
    await desk.box.start_bot()
    await desk.box.wait_ready()


async def one_of_each(desk, card) -> None:
    """Wait for the good end, and look that nothing was done twice."""
    run = desk.run_of(card)
    assert await desk.ends(card, patience=90) == ("succeeded", "released"), desk.detail(run)
    assert len(desk.raised(run)) == 1
    assert sorted(one.platform for one in desk.built(run)) == ["android", "ios"]
    assert desk.handed(run) == ["android", "ios"]


@pytest.mark.parametrize("moment", sorted(AT))
async def test_killed_as_a_request_goes_out_nothing_is_done_twice(desk, moment):
    desk.change()
    desk.box.script.at(AT[moment], killing(desk.box))
    card = await desk.release()
    await born_again(desk)

    await one_of_each(desk, card)


@pytest.mark.parametrize("step", STEPS)
async def test_killed_in_the_middle_of_a_step_nothing_is_done_twice(desk, step):
    desk.change()
    card = await desk.release()
    await desk.comes_to(desk.run_of(card), step)
    await desk.box.kill_bot()
    await born_again(desk)

    await one_of_each(desk, card)


async def test_killed_as_it_hands_over_nothing_is_handed_over_twice(desk):
    desk.change()
    card = await desk.release()
    await desk.comes_to(desk.run_of(card), "build")
    await desk.polled(lambda: len(desk.built(desk.run_of(card))) == 2)
    desk.box.script.at(DISPATCH, killing(desk.box))
    await born_again(desk)

    await one_of_each(desk, card)


async def test_killed_while_expo_is_asked_nothing_is_done_twice(desk):
    desk.change()
    card = await desk.release()
    await desk.comes_to(desk.run_of(card), "build")
    desk.box.script.at(EXPO, killing(desk.box))
    await born_again(desk)

    await one_of_each(desk, card)
