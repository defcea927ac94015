"""A tester's last word stands; a promotion is one winner's; runs of an app wait in lines of their own."""

import asyncio

import pytest

from bot.db.audit_store import AuditStore
from bot.db.devices_store import DevicesStore
from bot.engine.mobile import AppPlatform, DeviceReport, Verdict
from bot.engine.states import RunKind, RunState
from tests.bot.db._facts import ANN, BEN, DEPLOYS, NOON, later


@pytest.fixture
def devices(db):
    return DevicesStore(db)


async def of_app(runs, kind, key, *, state=RunState.PREPARING, line=0.0):
    run_id = await runs.create(
        key=key, service="mobile", environment="production", ref="main", again=False, by=ANN, at=NOON,
        card_channel=DEPLOYS, kind=kind,
    )  # fmt: skip
    if state is not RunState.PREPARING:
        assert await runs.move(run_id, RunState.WAITING, at=NOON, actor=ANN, fields={"line_at": later(line)})
    if state is RunState.RUNNING:
        assert await runs.move(run_id, RunState.RUNNING, at=NOON, actor=ANN)
    return run_id


def said(user=ANN, platform=AppPlatform.IOS, verdict=Verdict.WORKS, *, note="", at=1.0):
    return DeviceReport(
        platform=platform, user=user, verdict=verdict, device="iPhone 15", note=note, at=later(at)
    )


async def test_the_last_word_of_a_person_stands_and_every_word_is_in_the_audit_log(db, runs, reader, devices):
    run_id = await of_app(runs, RunKind.RELEASE, "r:1")
    first = said(verdict=Verdict.PROBLEM, note="it is <blank>")
    assert await devices.report(run_id, first)
    assert await devices.report(run_id, said(BEN, AppPlatform.ANDROID, at=2))
    before = (await reader.view(run_id)).revision
    last = said(at=3)
    assert await devices.report(run_id, last)

    view = await reader.view(run_id)
    assert view.reports == (said(BEN, AppPlatform.ANDROID, at=2), last)
    assert view.revision == before + 1
    log = [
        (one.actor, one.run_id) async for one in AuditStore(db).entries() if one.action == "device.reported"
    ]
    assert log == [(ANN, run_id), (BEN, run_id), (ANN, run_id)]


async def test_a_run_past_listening_takes_no_word_and_shows_none(runs, reader, devices):
    run_id = await of_app(runs, RunKind.RELEASE, "r:1", state=RunState.WAITING)
    before = await reader.view(run_id)
    assert not await devices.report(run_id, said())
    assert await reader.view(run_id) == before


async def test_words_of_one_release_are_not_those_of_another(runs, reader, devices):
    one, other = [await of_app(runs, RunKind.RELEASE, f"r:{number}") for number in (1, 2)]
    assert await devices.report(one, said())
    assert (await reader.view(other)).reports == ()


async def test_of_two_who_promote_at_once_one_does(runs, reader, devices):
    run_id = await of_app(runs, RunKind.UPDATE, "u:1", state=RunState.RUNNING)
    both = await asyncio.gather(
        devices.promote(run_id, percent=50, by=ANN, at=NOON),
        devices.promote(run_id, percent=50, by=BEN, at=NOON),
    )
    assert sorted(both) == [False, True]
    view = await reader.view(run_id)
    assert (view.promoted, view.promoted_by) == (50, ANN if both[0] else BEN)


async def test_nobody_promotes_backwards_or_what_is_not_rolled_out(runs, devices):
    run_id = await of_app(runs, RunKind.UPDATE, "u:1", state=RunState.RUNNING)
    assert await devices.promote(run_id, percent=50, by=ANN, at=NOON)
    assert not await devices.promote(run_id, percent=10, by=ANN, at=NOON)
    waiting = await of_app(runs, RunKind.UPDATE, "u:2", state=RunState.WAITING)
    assert not await devices.promote(waiting, percent=50, by=ANN, at=NOON)


async def test_an_update_waits_for_an_update_and_not_for_a_release_nor_for_an_order(runs, reader):
    await of_app(runs, RunKind.RELEASE, "r:1", state=RunState.RUNNING)
    await of_app(runs, RunKind.STORE, "s:1", state=RunState.RUNNING)
    first = await of_app(runs, RunKind.UPDATE, "u:1", state=RunState.WAITING, line=1)
    assert (await reader.view(first)).waiting_for is None
    second = await of_app(runs, RunKind.UPDATE, "u:2", state=RunState.WAITING, line=2)
    ahead = (await reader.view(second)).waiting_for
    assert (ahead.run_id, ahead.ahead) == (first, 1)


async def test_a_way_back_in_line_is_seen_by_the_update_it_takes_back(runs, reader):
    rolling = await of_app(runs, RunKind.UPDATE, "u:1", state=RunState.RUNNING)
    view = await reader.view(rolling)
    assert await reader.rollback_in_line(view) is None
    back = await of_app(runs, RunKind.UPDATE_BACK, "b:1", state=RunState.WAITING, line=3)
    assert await reader.rollback_in_line(view) == back


async def test_the_newest_of_some_kinds_are_those_and_no_others(runs, reader):
    kinds = (RunKind.UPDATE, RunKind.RELEASE, RunKind.UPDATE_BACK)
    ids = {kind: await of_app(runs, kind, kind.value) for kind in kinds}
    found = await reader.newest_of(
        "mobile", "production", frozenset({RunKind.UPDATE, RunKind.UPDATE_BACK}), limit=5
    )
    assert [one.id for one in found] == [ids[RunKind.UPDATE_BACK], ids[RunKind.UPDATE]]
