"""What hurts is taken back once, without asking anybody; everything else is left to people."""

import pytest

from bot.engine.reasons import Reason
from bot.engine.states import RunState, StepName
from bot.pipelines.take_back import take_back
from tests.bot.pipelines._world import ANN, NOON, SHA


async def ended(world, environment="production", state=RunState.FAILED, reason=Reason.REGRESSED):
    run_id = await world.runs.create(
        key="hurts",
        service="api",
        environment=environment,
        ref="main",
        again=False,
        by=ANN,
        at=NOON,
        card_channel="C0DEPLOYS01",
    )
    for target in (RunState.WAITING, RunState.RUNNING, state):
        fields = {"line_at": NOON} | ({"reason": reason.value} if target is state else {})
        assert await world.runs.move(run_id, target, at=NOON, actor=ANN, fields=fields)
    await world.runs.set(run_id, sha=SHA)
    return run_id


async def test_what_regressed_is_taken_back_once_and_nobody_is_asked(world):
    run_id = await ended(world)

    back = await take_back(world.kit, run_id)
    again = await take_back(world.kit, run_id)

    assert back is not None
    assert again == back
    run = await world.view(back)
    assert (run.automatic, run.parent_id, run.rollback) == (True, run_id, True)
    assert not run.has(StepName.CONSENT)
    assert (run.emergency, run.override) == ("", "")


@pytest.mark.parametrize("reason", [Reason.HEALTH_BAD, Reason.SMOKE_FAILED])
async def test_what_went_live_and_does_not_work_is_taken_back_where_changes_are_watched(world, reason):
    assert await take_back(world.kit, await ended(world, reason=reason)) is not None


@pytest.mark.parametrize("reason", [Reason.HEALTH_BAD, Reason.SMOKE_FAILED])
async def test_where_nothing_is_watched_people_decide(world, reason):
    assert await take_back(world.kit, await ended(world, "staging", reason=reason)) is None


@pytest.mark.parametrize(
    "reason", [Reason.DEPLOYMENT_FAILED, Reason.VENDOR_UNAVAILABLE, Reason.DEPLOYMENT_TIMED_OUT]
)
async def test_what_may_not_be_live_is_not_taken_back(world, reason):
    assert await take_back(world.kit, await ended(world, reason=reason)) is None


async def test_what_went_well_is_not_taken_back(world):
    run_id = await ended(world, state=RunState.SUCCEEDED, reason=Reason.DEPLOYED)
    assert await take_back(world.kit, run_id) is None


async def test_a_run_that_does_not_exist_is_not_taken_back(world):
    assert await take_back(world.kit, 99) is None
