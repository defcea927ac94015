"""Looks become stretches; a gap stays a gap, and another commit or a bad look begins anew."""

import asyncio

import pytest

from bot.db.session import open_database
from bot.db.soak_store import SoakStore
from bot.engine.soak import NotSoaked, Sample, Soaked, Span, judge
from tests.bot.db._facts import NOON, later, scalar

NEW, OLD = "a" * 40, "b" * 40
DAY = 86_400


@pytest.fixture
def soaks(db):
    return SoakStore(db)


async def look(soaks, at, sha=NEW, why="", *, service="api", environment="staging"):
    sample = Sample(sha=sha, good=not why, at=later(at), why=why)
    await soaks.sample(service, environment, sample, 180)


async def test_looks_that_agree_are_one_stretch(db, soaks):
    for at in range(0, 600, 60):
        await look(soaks, at)
    assert await soaks.spans("api", "staging") == (Span(sha=NEW, good=True, start=NOON, end=later(540)),)
    assert await scalar(db, "SELECT count(*) FROM soak_spans") == 1


async def test_time_nobody_looked_does_not_join(soaks):
    for at in (0, 60, 600, 660):
        await look(soaks, at)
    assert [(span.start, span.end) for span in await soaks.spans("api", "staging")] == [
        (NOON, later(60)),
        (later(600), later(660)),
    ]
    assert isinstance(judge(await soaks.spans("api", "staging"), NEW, 121), NotSoaked)
    assert isinstance(judge(await soaks.spans("api", "staging"), NEW, 120), Soaked)


async def test_a_bad_look_and_another_commit_each_begin_a_stretch_in_the_order_seen(soaks):
    for at, sha, why in ((0, OLD, ""), (60, NEW, ""), (120, NEW, "health: 503"), (180, NEW, "")):
        await look(soaks, at, sha, why)
    spans = await soaks.spans("api", "staging")
    assert [(span.sha, span.good, span.why) for span in spans] == [
        (OLD, True, ""),
        (NEW, True, ""),
        (NEW, False, "health: 503"),
        (NEW, True, ""),
    ]
    assert await soaks.spans("api", "staging", OLD) == spans[:1]


async def test_places_do_not_mix(soaks):
    await look(soaks, 0)
    await look(soaks, 60, environment="canary")
    await look(soaks, 60, service="worker")
    assert [len(await soaks.spans(*place)) for place in (("api", "staging"), ("api", "canary"))] == [1, 1]
    assert (await soaks.spans("api", "staging"))[0].end == NOON


async def test_what_ended_a_month_ago_is_dropped_where_something_new_begins(soaks):
    await look(soaks, 0, OLD)
    await look(soaks, 60, OLD, environment="canary")
    await look(soaks, 29 * DAY)
    assert len(await soaks.spans("api", "staging")) == 2
    await look(soaks, 30 * DAY + 1)
    assert [span.sha for span in await soaks.spans("api", "staging")] == [NEW, NEW]
    assert len(await soaks.spans("api", "canary")) == 1


async def test_two_replicas_that_look_at_once_count_no_second_twice(url, soaks):
    other = await open_database(url)
    try:
        for at in (0, 60, 120):
            await asyncio.gather(*(look(one, at) for one in (soaks, SoakStore(other))))
    finally:
        await other.close()
    verdict = judge(await soaks.spans("api", "staging"), NEW, 1000)
    assert isinstance(verdict, NotSoaked)
    assert verdict.seconds == 120
