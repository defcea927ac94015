"""A hundred people tick at once: every tick is kept, the card ends right, and Slack never has to refuse."""

from collections import Counter

import pytest
import pytest_asyncio

from tests.flows.ticking import PEOPLE, STEPS, laid_out, right, tick_at_once, ticking

pytestmark = pytest.mark.asyncio(loop_scope="module")

PATIENCE = 60.0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(tmp_path_factory):
    async with ticking(tmp_path_factory.mktemp("tickers")) as made:
        yield made


async def test_a_hundred_who_tick_a_step_each_at_once_are_all_recorded_and_shown(desk):
    card = await laid_out(desk, "one each")

    await tick_at_once(desk, card, STEPS)

    await desk.ws.until(lambda: right(desk, card, 100), PATIENCE)
    ticks = {one.step: one.by for one in desk.entries(card, "tick")}
    assert ticks == dict(zip(STEPS, (person.id for person in PEOPLE), strict=True))
    assert len(desk.entries(card, "tick")) == 100
    assert [one.at for one in desk.entries(card)] == sorted(one.at for one in desk.entries(card))
    assert desk.ws.refused_calls == {}


async def test_of_a_hundred_who_tick_ten_steps_at_once_one_each_did_it_and_the_others_are_told_who(desk):
    card = await laid_out(desk, "ten each", "drill")
    before = {person.id: len(desk.ws.ephemerals(person.id)) for person in PEOPLE}

    await tick_at_once(desk, card, STEPS[:10] * 10)

    await desk.ws.until(lambda: right(desk, card, 10), PATIENCE)
    did = {one.step: one.by for one in desk.entries(card, "tick")}
    assert sorted(did) == STEPS[:10]
    assert len(desk.entries(card, "tick")) == 10

    def told():
        said = {one: desk.ws.ephemerals(one)[before[one] :] for one in before if one not in did.values()}
        return all(said.values()) and said

    said = await desk.ws.until(told, PATIENCE)
    first = Counter(
        did[step]
        for person, messages in said.items()
        for step in did
        if f"<@{did[step]}>" in messages[0].everything
    )
    assert sum(first.values()) == 90
    assert set(first.values()) == {9}
    assert desk.ws.refused_calls == {}
