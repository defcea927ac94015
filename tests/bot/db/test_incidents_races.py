"""Many people at one incident in the same moment, and several replicas: every move counts, none twice."""

import asyncio
from dataclasses import replace

import pytest

from bot.db.session import open_database
from bot.engine.incident_sheet import Change
from bot.engine.incident_timeline import EntryKind
from bot.engine.incidents import Mark
from tests.bot.db._facts import later
from tests.bot.db._incidents import Ward, facts, steps


@pytest.fixture
def ward(db):
    return Ward(db)


async def test_of_many_who_open_at_once_alone_one_does(ward):
    opened = await asyncio.gather(*(ward.open(facts(f"by:{each}"), alone=True) for each in range(20)))
    assert sum(each.new for each in opened) == 1
    assert {each.id for each in opened} == {1}
    assert await ward.count("incidents") == 1


async def test_fifty_deliveries_of_one_trigger_at_once_open_one_incident(ward):
    opened = await asyncio.gather(*(ward.open() for _ in range(50)))
    assert sorted(each.new for each in opened) == [False] * 49 + [True]
    assert {each.id for each in opened} == {1}
    assert await ward.count("posts") == 1


async def test_fifty_people_ticking_at_once_are_all_recorded(ward):
    keys = [f"step{number}" for number in range(50)]
    number = (await ward.open(having=steps(*keys))).id
    await asyncio.gather(*(ward.tick(number, key, f"U0PERSON{key}") for key in keys))
    sheet = await ward.sheet()
    assert {key: (step.by, step.revision) for key, step in sheet.steps.items()} == {
        key: (f"U0PERSON{key}", 1) for key in keys
    }
    assert sheet.facts.revision == 51
    ticks = [entry.step for entry in await ward.reader.entries(number) if entry.kind is EntryKind.TICK]
    assert sorted(ticks) == sorted(keys)
    assert await ward.audited() == ["incident.opened"] + ["incident.tick"] * 50


async def test_two_replicas_at_once_lose_nothing(ward, url):
    keys = [f"step{number}" for number in range(20)]
    number = (await ward.open(having=steps(*keys))).id
    other_db = await open_database(url)
    try:
        hands = (ward, Ward(other_db))
        await asyncio.gather(*(hands[place % 2].tick(number, key) for place, key in enumerate(keys)))
        # Both also on one step: the second sees what the first did.
        sheets = await asyncio.gather(
            *(hand.store.change(number, _count, at=later(9)) for hand in hands * 10)
        )
    finally:
        await other_db.close()
    sheet = await ward.sheet()
    assert all(sheet.steps[key].mark is Mark.DONE for key in keys)
    assert (sheet.facts.reminders, sheet.facts.revision) == (20, 41)
    assert sorted(each.facts.reminders for each in sheets) == list(range(1, 21))
    assert len(await ward.audited()) == 21


def _count(sheet):
    return Change(facts=replace(sheet.facts, reminders=sheet.facts.reminders + 1))
