"""Where people must agree they are asked: for an update, and for its way back; until nothing is left."""

import pytest
import pytest_asyncio

from tests.flows.driver import ANN, CLEO
from tests.flows.mobile import content, fresh, mobile

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def shared(tmp_path_factory):
    async with mobile(tmp_path_factory.mktemp("consent"), guarded=True, watched=False) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def desk(shared):
    return fresh(shared)


async def back(desk, *words):
    """Have the newest update taken back, with Ben's word; return the card and how it ended."""
    card = await desk.start(" ".join(("/pawota rollback production", *words)))
    if not words:
        await desk.agree(card)
    return card, await desk.ends(card)


async def test_an_update_is_published_once_somebody_else_agrees_and_can_be_taken_back_the_same_way(desk):
    before = desk.top()
    desk.change("Show the vet's number")
    card = await desk.update("Show the vet's number")
    await desk.polled(lambda: "vote_approve" in desk.buttons(card))
    assert desk.groups_of(desk.run_of(card)) == []
    assert "JavaScript only" in await desk.shows(card, "1.4.0")

    await desk.agree(card)
    assert await desk.ends(card) == ("succeeded", "updated")
    assert desk.top() in desk.groups_of(desk.run_of(card))
    _, ended = await back(desk)

    assert ended == ("succeeded", "update_taken_back")
    assert content(desk.top()) == content(before)


async def test_one_no_is_enough_and_nothing_is_published(desk):
    desk.change()
    card = await desk.update("Better not")
    await desk.polled(lambda: "vote_reject" in desk.buttons(card))
    await desk.press(card, "vote_reject", user=CLEO)
    form = await desk.ws.until(lambda: desk.ws.view(CLEO))
    assert (await desk.ws.submit(CLEO, form.id, {"reason": "not on a Friday"})).ok

    assert await desk.ends(card) == ("refused", "rejected")
    assert desk.groups_of(desk.run_of(card)) == []


async def test_a_branch_that_moved_while_people_were_asked_asks_them_again(desk):
    desk.change()
    card = await desk.update("Asked twice")
    await desk.polled(lambda: "vote_approve" in desk.buttons(card))
    moved = desk.change("Moved on")

    await desk.shows(card, "attempt 2")
    await desk.agree(card)

    assert await desk.ends(card) == ("succeeded", "updated")
    (group,) = desk.groups_of(desk.run_of(card))
    assert {part.sha for part in group} == {moved}


async def test_an_emergency_takes_back_at_once_and_says_why(desk):
    card, ended = await back(desk, '--emergency "It deletes pets"')
    assert ended == ("succeeded", "update_taken_back")
    assert "It deletes pets" in card.everything
    assert f"<@{ANN}>" in card.everything


async def test_taken_back_again_and_again_it_ends_at_what_is_built_in_and_then_nothing_is_left(desk):
    for _ in range(6):
        card, ended = await back(desk, '--emergency "all of it"')
        if ended != ("succeeded", "update_taken_back"):
            break
    assert ended == ("refused", "no_update")
    assert all(part.embedded for part in desk.top())
    await desk.shows(card, "built into")
