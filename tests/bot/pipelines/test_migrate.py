"""A migration's workflow is started once; where nobody knows whether it was, that is said, and not tried."""

from dataclasses import replace

import pytest

from bot.engine.migrations import Changes, Migration
from bot.engine.reasons import Reason
from bot.engine.shipping import Phase
from bot.engine.states import DEPLOY_STEPS, RunState, StepName
from bot.errors import VendorUnavailable
from bot.pipelines.places import target
from bot.pipelines.player import Player
from tests.bot.pipelines._workflows import MemoryWorkflows
from tests.bot.pipelines._world import ANN, NOON, OLD, SHA

AWAY = VendorUnavailable("GitHub", "starting the workflow", status=503)


@pytest.fixture
def workflow(world):
    made = MemoryWorkflows(world.clock)
    world.kit = replace(world.kit, dispatchers={("api", "staging"): made})
    world.player = Player(world.kit)
    return made


def changes(*paths: str, known: bool = True) -> str:
    return Changes(
        base=OLD, head=SHA, commits=1, authors=(), additions=1, deletions=0, files_complete=known, url="",
        migrations=tuple(Migration(path=path, revision="7") for path in paths), migrations_known=known,
    ).to_json()  # fmt: skip


async def running(world, **more) -> int:
    facts = {"sha": SHA, "changes": changes("alembic/versions/7_x.py")} | more
    run_id = await world.runs.create(
        key="trigger:1", service="api", environment="staging", ref="main", again=False, by=ANN, at=NOON,
        card_channel="C0DEPLOYS01", steps=DEPLOY_STEPS | {StepName.MIGRATE}, more=facts,
    )  # fmt: skip
    for state in (RunState.WAITING, RunState.RUNNING):
        assert await world.runs.move(run_id, state, at=NOON, actor=ANN, fields={"line_at": NOON})
    return run_id


async def stopped(world, run_id, reason) -> str:
    assert await world.play(run_id, StepName.MIGRATE) == "stopped"
    run = await world.view(run_id)
    assert (run.state, run.reason) == (RunState.FAILED, reason)
    assert run.not_done.startswith("No code was shipped")
    return run.detail


async def test_it_is_started_once_and_followed_to_its_end(world, workflow):
    workflow.phases = [Phase.BUILDING, Phase.LIVE]
    run_id = await running(world)
    assert await world.play(run_id, StepName.MIGRATE) == "done"
    assert workflow.calls.count("start") == 1


async def test_no_migrations_for_certain_start_nothing(world, workflow):
    assert await world.play(await running(world, changes=changes()), StepName.MIGRATE) == "done"
    assert workflow.made == []


async def test_unknown_migrations_are_run(world, workflow):
    assert await world.play(await running(world, changes=changes(known=False)), StepName.MIGRATE) == "done"
    assert len(workflow.made) == 1


async def test_an_answer_that_was_lost_is_looked_for_by_whose_run_it_is(world, workflow):
    workflow.after["start"] = [AWAY]
    workflow.shows_after = 5
    assert await world.play(await running(world), StepName.MIGRATE) == "done"
    assert workflow.calls.count("start") == 1


async def test_a_start_nobody_can_find_is_said_to_be_unknown_and_not_made_again_by_retry_either(
    world, workflow
):
    workflow.before["start"] = [AWAY]
    run_id = await running(world)
    assert "it is never started twice" in await stopped(world, run_id, Reason.MIGRATION_UNKNOWN)
    for attempt in (2, 3):
        move = {"attempt": attempt, "starts": 1}
        for state in (RunState.PREPARING, RunState.WAITING, RunState.RUNNING):
            assert await world.runs.move(run_id, state, at=world.clock.now(), actor=ANN, fields=move)
        assert await world.play(run_id, StepName.MIGRATE, attempt) == "stopped"
        assert (await world.view(run_id)).state is RunState.FAILED
    assert workflow.calls.count("start") == 1


async def test_after_a_crash_the_run_that_was_started_is_followed(world, workflow):
    run_id = await running(world)
    await world.runs.write_step(run_id, StepName.MIGRATE, state="running", memory={"known": []})
    await workflow.start(target(world.project.services[0], "staging"), SHA, run=run_id)
    assert await world.play(run_id, StepName.MIGRATE) == "done"
    assert len(workflow.made) == 1


async def test_after_a_crash_somebody_elses_run_is_not_taken_for_ours(world, workflow):
    run_id = await running(world)
    await world.runs.write_step(run_id, StepName.MIGRATE, state="running", memory={"known": []})
    await workflow.start(target(world.project.services[0], "staging"), SHA, run=run_id + 1)
    await stopped(world, run_id, Reason.MIGRATION_UNKNOWN)
    assert len(workflow.made) == 1


async def test_a_failure_is_told_with_its_last_lines_and_is_final(world, workflow):
    workflow.phases, workflow.failing = [Phase.FAILED], "exit code 1: alembic upgrade head"
    detail = await stopped(world, await running(world), Reason.MIGRATION_FAILED)
    assert "exit code 1: alembic upgrade head" in detail
    assert "Do not run it again" in detail


async def test_one_that_never_ends_is_given_up_as_unknown(world, workflow):
    workflow.phases = [Phase.BUILDING]
    detail = await stopped(world, await running(world), Reason.MIGRATION_UNKNOWN)
    assert "still BUILDING after 2 min" in detail
