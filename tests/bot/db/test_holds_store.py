"""Locks and freezes: one winner, each ended once, and an audit entry for each."""

import asyncio

import pytest
from sqlmodel import col, select

from bot.db.audit_store import AuditStore, Intact
from bot.db.holds_store import HoldsStore, Owed
from bot.db.posts_store import PostsStore
from bot.db.tables import AuditEntry
from bot.engine.holding import Held, Taken, Wanted
from bot.engine.holds import PAWDEPLOY, HoldKind
from tests.bot.db._facts import ANN, BEN, DEPLOYS, NOON, later

LOCK, FREEZE = HoldKind.LOCK, HoldKind.FREEZE


@pytest.fixture
def holds(db):
    return HoldsStore(db)


def wanted(key="trigger:1", kind=LOCK, *, by=ANN, service="", environment="production", **more) -> Wanted:
    facts = {"until": None, "reason": "moving house"} | more
    return Wanted(key=key, kind=kind, by=by, service=service, environment=environment, **facts)


def nothing(_):
    return ()


async def take(holds, *args, at=NOON, told=nothing, **more):
    return await holds.take(wanted(*args, **more), at=at, told=told)


async def actions(db):
    query = select(AuditEntry.action).order_by(col(AuditEntry.seq))
    return await db.look(lambda session: list(session.scalars(query)))


async def test_a_lock_is_kept_as_it_was_asked_for(holds):
    taken = await take(holds, until=later(60), service="api")
    hold = taken.hold
    assert (hold.by, hold.kind, hold.service, hold.environment) == (ANN, LOCK, "api", "production")
    assert (hold.since, hold.until, hold.reason) == (NOON, later(60), "moving house")
    assert await holds.open(NOON) == (hold,)
    assert await holds.find(hold.id) == hold
    assert await holds.find(hold.id + 1) is None


async def test_the_same_delivery_is_one_lock_also_after_it_was_ended(db, holds):
    first = (await take(holds)).hold
    assert (await take(holds, reason="again")).hold == first
    assert await holds.end([first], by=ANN, why="", at=later(1), told=nothing)
    assert (await take(holds)).hold.id == first.id
    assert await holds.open(later(2)) == ()
    assert await actions(db) == ["lock.taken", "lock.released"]


async def test_of_two_people_in_the_same_second_one_wins_and_the_other_hears_who(db, holds):
    said = await asyncio.gather(take(holds, "a", by=ANN), take(holds, "b", by=BEN))
    [won] = [one for one in said if isinstance(one, Taken)]
    [lost] = [one for one in said if isinstance(one, Held)]
    assert lost.hold == won.hold
    assert await actions(db) == ["lock.taken"]


@pytest.mark.parametrize(("first", "second"), [("", "api"), ("api", ""), ("api", "api"), ("", "")])
async def test_a_lock_of_all_services_and_of_one_get_in_each_others_way(holds, first, second):
    await take(holds, "a", by=ANN, service=first)
    assert isinstance(await take(holds, "b", by=BEN, service=second), Held)


async def test_locks_of_different_services_and_environments_do_not(holds):
    await take(holds, "a", by=ANN, service="api")
    assert isinstance(await take(holds, "b", by=BEN, service="web"), Taken)
    assert isinstance(await take(holds, "c", by=BEN, environment="staging"), Taken)


async def test_ones_own_lock_taken_again_is_renewed_and_stays_one(db, holds):
    first = (await take(holds, "a")).hold
    again = await take(holds, "b", at=later(60), until=later(90), reason="longer")
    assert again.renewed
    assert (again.hold.id, again.hold.since, again.hold.until) == (first.id, NOON, later(90))
    assert await holds.open(later(61)) == (again.hold,)
    assert await actions(db) == ["lock.taken", "lock.renewed"]


async def test_a_lock_whose_time_is_over_is_in_nobodys_way(holds):
    await take(holds, "a", by=ANN, until=later(60))
    assert isinstance(await take(holds, "b", by=BEN, at=later(59)), Held)
    assert isinstance(await take(holds, "c", by=BEN, at=later(60)), Taken)
    assert [hold.by for hold in await holds.open(later(60))] == [BEN]


async def test_freezes_stand_beside_each_other_and_beside_locks(db, holds):
    for key, by, kind in (("a", ANN, FREEZE), ("b", BEN, FREEZE), ("c", ANN, LOCK)):
        assert isinstance(await take(holds, key, kind, by=by, until=later(60)), Taken)
    assert len(await holds.open(NOON)) == 3
    assert await actions(db) == ["freeze.begun", "freeze.begun", "lock.taken"]


async def test_a_rollback_locks_beside_anybodys_lock_and_is_the_one_that_is_named(holds):
    await take(holds, "a", by=ANN)
    assert isinstance(await take(holds, "rollback:7:hold", by=PAWDEPLOY, run_id=7), Taken)
    assert isinstance(await take(holds, "rollback:8:hold", by=PAWDEPLOY, run_id=8), Taken)
    lost = await take(holds, "b", by=BEN)
    assert isinstance(lost, Held)
    assert lost.hold.by == PAWDEPLOY
    assert isinstance(await take(holds, "c", by=ANN), Held)


async def test_of_two_who_end_it_one_did_and_only_that_is_told(db, holds):
    hold = (await take(holds)).hold
    owed = Owed(key="hold:1:ended", kind="hold", channel=DEPLOYS, body="{}")
    ends = [holds.end([hold], by=by, why="hurry", at=later(1), told=lambda _: (owed,)) for by in (ANN, BEN)]
    assert sorted(await asyncio.gather(*ends), key=len) == [(), (hold,)]
    assert len(await actions(db)) == 2
    assert [post.key for post in await PostsStore(db).due()] == ["hold:1:ended"]


async def test_what_ran_out_of_time_can_not_be_ended_any_more(db, holds):
    hold = (await take(holds, until=later(60))).hold
    assert not await holds.end([hold], by=BEN, why="", at=later(60), told=nothing)
    assert await actions(db) == ["lock.taken"]


async def test_every_way_to_end_has_its_own_word_in_the_audit_log(db, holds):
    mine, theirs = (await take(holds, "a")).hold, (await take(holds, "b", environment="staging")).hold
    robots = (await take(holds, "c", by=PAWDEPLOY)).hold
    freeze = (await take(holds, "d", FREEZE)).hold
    for hold, by in ((mine, ANN), (theirs, BEN), (robots, BEN), (freeze, BEN)):
        await holds.end([hold], by=by, why="so", at=later(1), told=nothing)
    assert (await actions(db))[4:] == ["lock.released", "lock.taken_over", "lock.released", "freeze.ended"]
    assert isinstance(await AuditStore(db).verify(), Intact)


async def test_what_is_owed_is_kept_with_the_lock_and_not_when_it_was_not_taken(db, holds):
    def told(taken):
        return (Owed(key=f"hold:{taken.hold.id}:begun", kind="hold", channel=DEPLOYS, body="{}"),)

    first = await take(holds, "a", told=told)
    await take(holds, "b", by=BEN, told=told)
    assert [post.key for post in await PostsStore(db).due()] == [f"hold:{first.hold.id}:begun"]


async def test_a_reminder_is_owed_once_an_interval_however_many_replicas_look(db, holds):
    hold = (await take(holds)).hold
    assert await holds.unnagged(later(-1)) == ()
    assert await holds.unnagged(NOON) == ((hold, None),)
    owed = (Owed(key="hold:1:nag", kind="dm", channel=ANN, body="{}"),)
    looks = [holds.nag(hold, None, at=later(60), owed=owed) for _ in range(3)]
    assert sorted(await asyncio.gather(*looks)) == [False, False, True]
    assert await holds.unnagged(later(59)) == ()
    assert await holds.unnagged(later(60)) == ((hold, later(60)),)
    assert await holds.nag(hold, later(60), at=later(120), owed=())


async def test_nobody_is_reminded_of_a_freeze_or_a_rollback_s_or_an_ended_lock(holds):
    await take(holds, "a", FREEZE)
    await take(holds, "b", by=PAWDEPLOY)
    ended = (await take(holds, "c", environment="staging")).hold
    await holds.end([ended], by=ANN, why="", at=later(1), told=nothing)
    assert await holds.unnagged(later(60)) == ()
    assert not await holds.nag(ended, None, at=later(60), owed=())


async def test_auto_deploy_is_noted_on_once(db, holds):
    hold = (await take(holds, by=PAWDEPLOY, auto_deploy_off=True)).hold
    assert hold.auto_deploy_off
    assert await holds.auto_deploy_is_on(hold, by=BEN, at=later(1))
    assert not await holds.auto_deploy_is_on(hold, by=BEN, at=later(1))
    assert not (await holds.find(hold.id)).auto_deploy_off
    assert await actions(db) == ["lock.taken", "auto_deploy.on"]
