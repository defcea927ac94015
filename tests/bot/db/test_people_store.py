"""Group members and our own presence, as last known."""

import asyncio

from bot.db.people_store import PeopleStore, PresenceStore
from tests.bot.db._facts import ANN, BEN, NOON, later


async def test_members_are_known_with_the_moment_they_were_read(db):
    people = PeopleStore(db)
    assert await people.members("S0BACKEND01") is None
    await people.remember("S0BACKEND01", frozenset({ANN}), NOON)
    await people.remember("S0BACKEND01", frozenset({ANN, BEN}), later(5))
    assert await people.members("S0BACKEND01") == (frozenset({ANN, BEN}), later(5))


async def test_an_empty_group_is_known_to_be_empty(db):
    await PeopleStore(db).remember("S0BACKEND01", frozenset(), NOON)
    assert await PeopleStore(db).members("S0BACKEND01") == (frozenset(), NOON)


async def test_presence_is_one_moment_the_last(db):
    presence = PresenceStore(db)
    assert await presence.seen_at() is None
    for moment in (NOON, later(60)):
        await presence.seen(moment)
    assert await presence.seen_at() == later(60)


async def test_what_several_replicas_learn_at_the_same_moment_is_one_row_and_no_error(db):
    people, presence = PeopleStore(db), PresenceStore(db)
    await asyncio.gather(*(people.remember("S0BACKEND01", frozenset({ANN}), NOON) for _ in range(5)))
    await asyncio.gather(*(presence.seen(NOON) for _ in range(5)))
    assert await people.members("S0BACKEND01") == (frozenset({ANN}), NOON)
    assert await presence.seen_at() == NOON
