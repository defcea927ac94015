"""A release among people: testers on their phones, an approval of exactly these builds, a pull request."""

import pytest
import pytest_asyncio

from tests.flows.driver import BEN, CLEO
from tests.flows.mobile import APP, fresh
from tests.flows.releasing import releasing

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def shared(tmp_path_factory):
    made = releasing(
        tmp_path_factory.mktemp("release-people"), guarded=True, devices=True, bump="pull-request"
    )
    async with made as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def desk(shared):
    return fresh(shared)


async def merged(desk) -> None:
    """Merge the pull request that is open, as a person does."""

    def proposed() -> list[int]:
        return [one.number for one in desk.box.github.state.writings.pulls if one.state == "open"]

    await desk.polled(proposed)
    desk.box.github.merge(APP, proposed()[0])


async def test_a_problem_stops_it_and_after_retry_it_works_and_goes_on(desk):
    desk.change()
    card = await desk.release()
    run = desk.run_of(card)
    await desk.shows(card, "pull request")
    await merged(desk)
    await desk.says(card, "device_works:ios", "iPhone 15, iOS 18.1")
    await desk.says(card, "device_problem", "Pixel 8", "It crashes on the map", user=CLEO)
    assert await desk.ends(card) == ("refused", "device_problem")
    assert "Pixel 8" in desk.detail(run)
    await desk.shows(card, "It crashes on the map")
    assert desk.handed(run) == []

    await desk.polled(lambda: "run_retry" in desk.buttons(card))
    await desk.press(card, "run_retry")
    await desk.says(card, "device_works:android", "Pixel 8", user=CLEO)
    await desk.agree(card, user=BEN)
    assert await desk.ends(card) == ("succeeded", "released"), desk.detail(run)
    assert len(desk.built(run)) == 2
    assert desk.handed(run) == ["android", "ios"]
