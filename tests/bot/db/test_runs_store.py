"""Runs change by compare-and-set, and every change stands or falls with its audit entry."""

import asyncio

import pytest

from bot.db.audit_store import AuditStore, Intact
from bot.db.posts_store import PostsStore
from bot.db.runs_store import Note, RunsStore, StepChange
from bot.db.session import open_database
from bot.engine.reasons import Reason
from bot.engine.states import DEPLOY_STEPS, TRANSITIONS, RunState, StepName, StepState
from bot.metrics import Metrics
from tests.bot.db._facts import ANN, BEN, DEPLOYS, NOON, a_run, later, scalar


async def test_a_request_is_stored_with_its_steps_its_card_and_its_audit_entry(db, runs, reader):
    run_id = await a_run(runs)
    view = await reader.view(run_id)
    assert view is not None
    assert (view.state, view.attempt, view.requested_by, view.requested_at) == ("preparing", 1, ANN, NOON)
    assert [step.name for step in view.steps] == [name for name in StepName if name in DEPLOY_STEPS]
    assert {step.state for step in view.steps} == {StepState.TODO}
    card = await PostsStore(db).card(run_id)
    assert card is not None
    assert (card.channel, card.ts) == (DEPLOYS, "")
    assert [entry.action async for entry in AuditStore(db).entries()] == ["run.requested"]


async def test_the_same_key_is_the_same_run_and_changes_nothing(db, runs):
    first = await a_run(runs, "trigger:1")
    assert await a_run(runs, "trigger:1") == first
    assert await a_run(runs, "trigger:2") != first
    assert await scalar(db, "SELECT count(*) FROM runs") == 2
    assert await scalar(db, "SELECT count(*) FROM audit") == 2
    assert await scalar(db, "SELECT count(*) FROM posts") == 2


async def test_the_same_key_at_the_same_moment_from_two_bots_is_one_run(url, db, runs):
    other = await open_database(url)
    try:
        made = await asyncio.gather(*(a_run(one) for one in (runs, RunsStore(other)) for _ in range(4)))
    finally:
        await other.close()
    assert len(set(made)) == 1
    assert await scalar(db, "SELECT count(*) FROM run_steps") == len(DEPLOY_STEPS)


@pytest.mark.parametrize("source", RunState)
async def test_a_run_moves_only_where_the_table_lets_it(runs, reader, source):
    for number, target in enumerate(RunState):
        run_id = await a_run(runs, f"trigger:{source}:{number}", state=source)
        moved = await runs.move(run_id, target, at=NOON, actor=ANN)
        assert moved is (target in TRANSITIONS[source]), (source, target)
        assert (await reader.start_of(run_id)).state is (target if moved else source)


async def test_of_two_moves_at_the_same_moment_one_wins_and_is_written_down(url, db, runs, reader):
    run_id = await a_run(runs, state=RunState.RUNNING)
    before = await scalar(db, "SELECT count(*) FROM audit")
    other = await open_database(url)
    targets = (RunState.SUCCEEDED, RunState.CANCELLING, RunState.FAILED) * 2
    stores = (runs, RunsStore(other)) * 3
    try:
        won = await asyncio.gather(
            *(
                one.move(run_id, to, at=NOON, actor=ANN, only_from=frozenset({RunState.RUNNING}))
                for one, to in zip(stores, targets, strict=True)
            )
        )
    finally:
        await other.close()
    assert sum(won) == 1
    assert (await reader.start_of(run_id)).state is targets[won.index(True)]
    assert await scalar(db, "SELECT count(*) FROM audit") == before + 1
    assert isinstance(await AuditStore(db).verify(), Intact)


async def test_a_move_for_another_attempt_changes_nothing(db, runs, reader):
    run_id = await a_run(runs)
    before = await reader.view(run_id)
    assert not await runs.move(run_id, RunState.WAITING, at=NOON, actor=ANN, attempt=2)
    assert await reader.view(run_id) == before
    assert await scalar(db, "SELECT count(*) FROM audit") == 1


async def test_a_move_from_elsewhere_than_asked_changes_nothing(runs, reader):
    run_id = await a_run(runs)
    only = frozenset({RunState.RUNNING})
    assert not await runs.move(run_id, RunState.FAILED, at=NOON, actor=ANN, only_from=only)
    assert (await reader.start_of(run_id)).state is RunState.PREPARING


async def test_a_failure_writes_run_step_note_and_audit_entry_together(db, runs, reader):
    run_id = await a_run(runs, state=RunState.RUNNING)
    ended = StepChange(name=StepName.FOLLOW, state=StepState.FAILED, ended_at=later(9), note="crashed")
    assert await runs.move(
        run_id,
        RunState.FAILED,
        at=later(9),
        actor="pawdeploy",
        reason=Reason.DEPLOYMENT_CRASHED,
        step=ended,
        note=Note("run:1:log:1", "boom"),
        fields={"reason": "deployment_crashed", "detail": "It crashed."},
    )
    view = await reader.view(run_id)
    assert view is not None
    assert (view.reason, view.detail) == (Reason.DEPLOYMENT_CRASHED, "It crashed.")
    assert view.step(StepName.FOLLOW).state is StepState.FAILED
    note = await PostsStore(db).find("run:1:log:1")
    assert note is not None
    assert (note.kind, note.run_id, note.channel, note.body) == ("note", run_id, DEPLOYS, "boom")
    last = [entry async for entry in AuditStore(db).entries()][-1]
    assert (last.action, last.reason, last.actor) == ("run.failed", "deployment_crashed", "pawdeploy")


async def test_a_move_that_cannot_be_written_whole_is_not_written_at_all(db, runs, reader):
    run_id = await a_run(runs, state=RunState.RUNNING)
    await PostsStore(db).owe("taken", kind="notice", channel=DEPLOYS, body="", at=NOON)
    before = await reader.view(run_id)
    with pytest.raises(Exception, match=r"(?i)unique"):
        await runs.move(run_id, RunState.FAILED, at=NOON, actor=ANN, note=Note("taken", "boom"))
    assert await reader.view(run_id) == before
    assert isinstance(await AuditStore(db).verify(), Intact)


async def test_retry_keeps_finished_steps_and_the_memory_of_an_unfinished_one(runs, reader):
    run_id = await a_run(runs, state=RunState.RUNNING)
    done = {"state": StepState.DONE.value, "started_at": NOON, "ended_at": NOON, "note": "3 green"}
    await runs.write_step(run_id, StepName.CHECKS, **done)
    await runs.write_step(run_id, StepName.LINE, **done, memory={"kept": ["no"]})
    await runs.write_step(
        run_id, StepName.SHIP, state=StepState.FAILED.value, note="no answer", memory={"known": ["d1"]}
    )
    assert await runs.move(run_id, RunState.FAILED, at=NOON, actor=ANN)
    assert await runs.move(
        run_id, RunState.PREPARING, at=NOON, actor=ANN, redo=frozenset({StepName.LINE}), fields={"attempt": 2}
    )

    view = await reader.view(run_id)
    assert view is not None
    assert (view.step(StepName.CHECKS).state, view.step(StepName.CHECKS).note) == (StepState.DONE, "3 green")
    for again in (StepName.LINE, StepName.SHIP):
        step = view.step(again)
        assert (step.state, step.note, step.started_at, step.ended_at) == (StepState.TODO, "", None, None)
    assert await reader.memory(run_id, StepName.SHIP) == {"known": ["d1"]}
    assert await reader.memory(run_id, StepName.LINE) == {}


async def test_retry_forgets_the_memory_of_a_step_it_does_again(runs, reader):
    run_id = await a_run(runs, state=RunState.RUNNING)
    await runs.write_step(run_id, StepName.SHIP, state=StepState.DONE.value, memory={"known": ["d1"]})
    await runs.move(run_id, RunState.FAILED, at=NOON, actor=ANN)
    await runs.move(run_id, RunState.PREPARING, at=NOON, actor=ANN, redo=frozenset({StepName.SHIP}))
    assert await reader.memory(run_id, StepName.SHIP) == {}


async def test_every_visible_change_makes_the_card_newer(runs, reader):
    run_id = await a_run(runs)
    seen = [1]
    for change in (
        runs.set(run_id, sha="a" * 40),
        runs.write_step(run_id, StepName.RESOLVE, note="main is a1b2c3d"),
        runs.move(run_id, RunState.WAITING, at=NOON, actor=ANN, fields={"line_at": NOON}),
    ):
        await change
        view = await reader.view(run_id)
        assert view is not None
        assert view.revision > seen[-1]
        seen.append(view.revision)


async def test_a_move_makes_the_cards_of_those_who_wait_in_the_same_line_newer(runs, reader):
    first = await a_run(runs, "a", state=RunState.RUNNING)
    second = await a_run(runs, "b", state=RunState.WAITING, by=BEN, line=1)
    elsewhere = await a_run(runs, "c", state=RunState.WAITING, environment="production", line=1)
    before = [await reader.view(one) for one in (second, elsewhere)]
    await runs.move(first, RunState.SUCCEEDED, at=NOON, actor=ANN)
    after = [await reader.view(one) for one in (second, elsewhere)]
    assert [new.revision - old.revision for old, new in zip(before, after, strict=True)] == [1, 0]


async def test_of_two_who_restart_a_lost_run_one_does(runs, reader):
    run_id = await a_run(runs)
    assert sorted(await asyncio.gather(*(runs.count_start(run_id, 1) for _ in range(4)))) == [
        False,
        False,
        False,
        True,
    ]
    assert (await reader.start_of(run_id)).starts == 2


async def test_a_run_that_ended_is_counted_once(db):
    metrics = Metrics()
    runs = RunsStore(db, metrics)
    run_id = await a_run(runs, state=RunState.RUNNING)
    for _ in range(2):
        await runs.move(run_id, RunState.SUCCEEDED, at=NOON, actor=ANN, reason=Reason.DEPLOYED)
    assert b'result="succeeded",service="api"} 1.0' in metrics.exposition()


@pytest.mark.parametrize("bad", ["a\x00b", "a\ud800b"])
async def test_characters_no_database_keeps_are_replaced_rather_than_stopping_the_run(runs, reader, bad):
    run_id = await a_run(runs, state=RunState.RUNNING)
    ended = StepChange(name=StepName.FOLLOW, state=StepState.FAILED, ended_at=NOON, note=bad)
    await runs.set(run_id, commit_title=bad)
    assert await runs.move(
        run_id, RunState.FAILED, at=NOON, actor=ANN, step=ended, note=Note("n", bad), fields={"detail": bad}
    )
    view = await reader.view(run_id)
    assert view is not None
    assert view.detail == view.commit_title == view.step(StepName.FOLLOW).note == "a\ufffdb"


async def test_a_whole_line_that_moves_at_once_never_waits_in_a_circle(url, db, runs, reader):
    """Each move touches the cards of all who wait: rows others are moving at the same moment."""
    other = await open_database(url)
    stores = (runs, RunsStore(other))
    try:
        for turn in range(4):
            line = [
                await a_run(runs, f"trigger:{turn}:{place}", state=RunState.WAITING) for place in range(6)
            ]
            await asyncio.gather(
                *(
                    stores[run_id % 2].move(run_id, RunState.CANCELLING, at=NOON, actor=ANN)
                    for run_id in line
                ),
                *(stores[run_id % 2].write_step(run_id, StepName.LINE, note="moving") for run_id in line),
            )
            assert {(await reader.start_of(run_id)).state for run_id in line} == {RunState.CANCELLING}
    finally:
        await other.close()
