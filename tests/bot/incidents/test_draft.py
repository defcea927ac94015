"""What follows of a move: steps that came to be there, looks that begin, messages that are needed."""

import pytest

from bot.engine.incidents import Finding, Status
from tests.bot.incidents._asked import revision
from tests.bot.incidents._world import ANN, API_DOWN, BEN, IncidentWorld
from tests.playbooks._books import book, decide, do, look


def long(db, count, **branches) -> IncidentWorld:
    return IncidentWorld(db, playbooks={API_DOWN: book(*[do(f"s{n}") for n in range(count)], **branches)})


async def pages(world):
    return [due.key for due in await world.posts.due() if due.kind in ("incident", "incident_page")]


@pytest.mark.parametrize(("count", "messages"), [(1, 1), (20, 1), (21, 2), (60, 3), (100, 5)])
async def test_a_long_checklist_owes_its_messages_in_order(incidents_db, count, messages):
    world = long(incidents_db, count)
    view = await world.open()
    assert len(view.steps) == count
    assert await pages(world) == ["incident:1", *(f"incident:1:page:{n}" for n in range(1, messages))]


async def test_a_branch_that_makes_it_longer_owes_more_once_and_closing_it_takes_none_away(incidents_db):
    steps = [*[do(f"s{n}") for n in range(19)], decide("go", {"in": "deep", "out": None})]
    playbook = book(*steps, deep=[do(f"d{n}") for n in range(25)])
    world = IncidentWorld(incidents_db, playbooks={API_DOWN: playbook})
    await world.open()
    assert len(await pages(world)) == 1
    await world.desk.choose(1, "go", "in", ANN)
    owed = await pages(world)
    assert len(owed) == 3
    await world.desk.untick(1, "go", ANN, "no")
    assert await pages(world) == owed
    await world.desk.choose(1, "go", "in", ANN)
    assert await pages(world) == owed


async def test_notes_that_make_it_longer_owe_another_message(incidents_db):
    world = long(incidents_db, 15)
    await world.open()
    for number in range(12):
        await world.desk.remark(1, f"s{number}", BEN, "x" * 4_000, f"k{number}")
    assert len(await pages(world)) == 2


async def test_all_that_is_ticked_of_a_hundred_steps_counts(incidents_db):
    world = long(incidents_db, 100)
    await world.open()
    for number in range(0, 100, 3):
        await world.desk.tick(1, f"s{number}", ANN)
    assert (await world.desk.incident(1)).progress == (34, 100)


async def test_a_look_that_finds_the_same_in_many_more_words_is_shown_when_it_takes_a_message(incidents_db):
    steps = [*[do(f"s{n}", text="x" * 200) for n in range(17)], *(look(f"l{n}", every="30s") for n in (1, 2))]
    world = IncidentWorld(incidents_db, playbooks={API_DOWN: book(*steps)})
    await world.open()
    await world.desk.remark(1, "s0", ANN, "x" * 4_000, "k")
    await world.desk.remark(1, "s1", ANN, "x" * 4_000, "k2")
    await world.work()
    assert len(await pages(world)) == 1
    before = await revision(world)
    world.looker.findings["alerts"] = Finding(status=Status.OK, said="y" * 2_000)
    await world.later(30)
    assert len(await pages(world)) == 2
    assert await revision(world) > before
