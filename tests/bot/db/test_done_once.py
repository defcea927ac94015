"""What a delivery asks for is done once: also where it comes again after others undid it."""

import pytest

from bot.db import audit_store, done_once
from bot.db.consent_store import Cast
from bot.db.devices_store import DevicesStore
from bot.db.holds_store import HoldsStore
from bot.db.inbox_store import InboxStore
from bot.db.mutes_store import MutesStore
from bot.engine.consent import Voice
from bot.engine.holding import Wanted
from bot.engine.holds import HoldKind
from bot.engine.mobile import Verdict
from bot.engine.states import RunKind
from bot.errors import Repeated
from tests.bot.db._consent import FIRST, in_line, say
from tests.bot.db._facts import ANN, BEN, NOON, later, scalar
from tests.bot.db.test_devices_store import of_app, said
from tests.bot.db.test_mutes_store import mute


def noted(db, once, at=NOON, *, fails=False):
    def work(connection):
        audit_store.queue_up(connection)
        first = done_once.first(connection, once, at)
        if fails:
            raise ZeroDivisionError
        return first

    return db.write_direct(work)


async def test_what_is_done_is_done_once_and_what_has_no_name_as_often_as_asked(db):
    assert [await noted(db, "trigger:1:tick") for _ in range(3)] == [True, False, False]
    assert await noted(db, "trigger:1:remark")
    assert await noted(db, "trigger:2:tick")
    assert [await noted(db, "") for _ in range(3)] == [True, True, True]


async def test_a_note_stands_or_falls_with_what_was_done(db):
    with pytest.raises(ZeroDivisionError):
        await noted(db, "trigger:1:tick", fails=True)
    assert await noted(db, "trigger:1:tick")


async def test_it_is_known_as_long_as_the_delivery_may_come_again(db):
    await noted(db, "old", later(1))
    await noted(db, "new", later(100))
    await InboxStore(db).forget(before=later(100))
    assert await scalar(db, "SELECT name FROM done_once") == "new"


async def test_an_approval_that_comes_again_after_it_was_withdrawn_counts_nothing(runs, reader, consent):
    run_id = await in_line(runs, consent)
    assert await say(consent, run_id, BEN, once="d1") is Cast.APPLIED
    assert await consent.withdraw(run_id, binding=FIRST, user=BEN, at=later(2), once="d2") is Cast.APPLIED
    before = await reader.view(run_id)

    with pytest.raises(Repeated):
        await say(consent, run_id, BEN, at=3, once="d1")

    assert await reader.view(run_id) == before
    assert [one.voice for one in await consent.voices(run_id)] == [Voice.NONE]


async def test_a_withdrawal_that_comes_again_leaves_what_was_said_since(runs, consent):
    run_id = await in_line(runs, consent)
    await say(consent, run_id, BEN, once="d1")
    await consent.withdraw(run_id, binding=FIRST, user=BEN, at=later(2), once="d2")
    await say(consent, run_id, BEN, at=3, once="d3")

    with pytest.raises(Repeated):
        await consent.withdraw(run_id, binding=FIRST, user=BEN, at=later(4), once="d2")

    assert [one.voice for one in await consent.voices(run_id)] == [Voice.APPROVE]


async def test_an_unlock_that_comes_again_leaves_the_lock_taken_since(db):
    holds = HoldsStore(db)

    async def lock(key):
        wanted = Wanted(
            key=key, kind=HoldKind.LOCK, service="", environment="production", by=ANN, until=None, reason=""
        )
        return (await holds.take(wanted, at=NOON, told=lambda _: ())).hold

    async def unlock():
        found = await holds.open(later(1))
        return await holds.end(found, by=BEN, why="", at=later(1), told=lambda _: (), once="d1")

    first = await lock("k1")
    assert await unlock() == (first,)
    second = await lock("k2")
    with pytest.raises(Repeated):
        await unlock()
    assert await holds.open(later(2)) == (second,)


async def test_an_unmute_that_comes_again_leaves_what_was_muted_since(db):
    mutes = MutesStore(db)
    await mute(mutes, "k1")
    assert await mutes.end(service="api", environment="", by=BEN, at=later(1), once="d1")
    since = await mute(mutes, "k2", at=2)
    with pytest.raises(Repeated):
        await mutes.end(service="api", environment="", by=BEN, at=later(3), once="d1")
    assert await mutes.open(later(4)) == (since,)


async def test_a_testers_word_that_comes_again_does_not_stand_before_the_last(db, runs, reader):
    run_id, devices = await of_app(runs, RunKind.RELEASE, "r:1"), DevicesStore(db)
    assert await devices.report(run_id, said(), once="d1")
    assert await devices.report(run_id, said(verdict=Verdict.PROBLEM, note="It is blank.", at=2), once="d2")
    with pytest.raises(Repeated):
        await devices.report(run_id, said(at=3), once="d1")
    assert [one.verdict for one in (await reader.view(run_id)).reports] == [Verdict.PROBLEM]
