"""Services nobody wants to hear of for a while."""

import asyncio

import pytest

from bot.db.audit_store import AuditStore, Intact
from bot.db.mutes_store import MutesStore
from tests.bot.db._facts import ANN, BEN, NOON, later, scalar


@pytest.fixture
def mutes(db):
    return MutesStore(db)


async def mute(mutes, key="k1", *, environment="", seconds=60.0, service="api", at=0.0):
    return await mutes.begin(
        key, service=service, environment=environment, by=ANN, until=later(at + seconds), why="<we> migrate",
        at=later(at),
    )  # fmt: skip


async def test_a_mute_holds_until_its_end_and_says_who_and_why(mutes):
    view = await mute(mutes)
    assert (view.service, view.environment, view.by, view.why) == ("api", "", ANN, "<we> migrate")
    assert (view.since, view.until) == (NOON, later(60))
    assert await mutes.open(later(59)) == (view,)
    assert await mutes.open(later(60)) == ()


async def test_the_same_delivery_again_is_the_first_mute_and_one_entry(db, mutes):
    first, *others = await asyncio.gather(*(mute(mutes, seconds=seconds) for seconds in (60, 70, 80)))
    assert all(other == first for other in others)
    assert await scalar(db, "SELECT count(*) FROM audit WHERE action = 'alerts.muted'") == 1


async def test_ending_a_service_everywhere_ends_each_of_its_mutes_once(db, mutes):
    await mute(mutes, "k1")
    await mute(mutes, "k2", environment="staging")
    await mute(mutes, "k3", service="web")
    await mute(mutes, "k4", seconds=1)
    ended = await mutes.end(service="api", environment="", by=BEN, at=later(5))
    assert sorted(view.environment for view in ended) == ["", "staging"]
    assert await mutes.end(service="api", environment="", by=BEN, at=later(6)) == ()
    assert [view.service for view in await mutes.open(later(7))] == ["web"]
    assert await scalar(db, "SELECT count(*) FROM audit WHERE action = 'alerts.unmuted'") == 2
    assert isinstance(await AuditStore(db).verify(), Intact)


async def test_ending_one_environment_leaves_the_others_and_what_covers_all(mutes):
    await mute(mutes, "k1")
    await mute(mutes, "k2", environment="staging")
    await mute(mutes, "k3", environment="production")
    ended = await mutes.end(service="api", environment="staging", by=BEN, at=later(5))
    assert [view.environment for view in ended] == ["staging"]
    assert [view.environment for view in await mutes.open(later(6))] == ["", "production"]


async def test_of_those_that_cover_a_place_the_longest_is_named(mutes):
    await mute(mutes, "k1", seconds=60)
    longest = await mute(mutes, "k2", environment="staging", seconds=600)
    await mute(mutes, "k3", seconds=30)
    assert await mutes.covering("api", "staging", NOON) == longest
    assert (await mutes.covering("api", "production", NOON)).until == later(60)
    assert await mutes.covering("api", "production", later(60)) is None
    assert await mutes.covering("web", "staging", NOON) is None
