"""Deliveries: kept once, done once, forgotten only when done."""

import asyncio

import pytest

from bot.db.inbox_store import InboxStore
from tests.bot.db._facts import NOON, later, scalar


@pytest.fixture
def inbox(db):
    return InboxStore(db)


async def test_of_one_delivery_arriving_many_times_at_once_one_is_new(inbox):
    new = await asyncio.gather(*(inbox.keep("event:1", "{}", NOON) for _ in range(5)))
    assert sorted(new) == [False] * 4 + [True]


async def test_what_nobody_finished_is_found_oldest_first(inbox):
    for key, moment in (("b", 2), ("a", 1), ("now", 10)):
        assert await inbox.keep(key, "{}", later(moment))
    await inbox.keep("done", "{}", later(0))
    await inbox.done("done", later(1))
    assert [one.key for one in await inbox.undone(before=later(10))] == ["a", "b"]


async def test_a_finished_delivery_keeps_no_body_and_is_still_known(db, inbox):
    await inbox.keep("event:1", '{"text": "private"}', NOON)
    await inbox.done("event:1", later(1))
    assert await scalar(db, "SELECT body FROM inbox") == ""
    assert not await inbox.keep("event:1", "{}", later(2))


async def test_only_old_and_finished_deliveries_are_forgotten(db, inbox):
    for key, moment in (("old", 1), ("old and open", 2), ("new", 100)):
        await inbox.keep(key, "{}", later(moment))
    for key in ("old", "new"):
        await inbox.done(key, later(101))
    await inbox.forget(later(50))
    assert await scalar(db, "SELECT count(*) FROM inbox") == 2
    assert await inbox.keep("old", "{}", NOON)
    assert not await inbox.keep("old and open", "{}", NOON)
