"""A deploy to production, from the command to the watched end."""

import pytest
import pytest_asyncio

from tests.flows.guarded import guarded


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def desk(tmp_path_factory):
    async with guarded(tmp_path_factory.mktemp("production")) as one:
        yield one


pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_one_approval_by_button_and_one_by_reaction_ship_what_soaked(desk):
    sha = await desk.soaked("List pets by age")
    card = await desk.asking()

    await desk.agree(card)
    text = await desk.shows(card, ":large_green_circle: *Deployed", sha[:7], "production")

    assert "by button" in text
    assert "by reaction" in text
    assert not desk.buttons(card) & {"vote_approve", "vote_reject", "vote_withdraw"}
    assert desk.shipped(sha) == 1
