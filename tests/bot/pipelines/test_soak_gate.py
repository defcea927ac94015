"""The soak gate takes a fresh look before it judges: yesterday's good day does not outweigh trouble now."""

from datetime import timedelta

import pytest

from bot.engine.health import Health
from bot.engine.reasons import Reason
from bot.engine.soak import Sample
from bot.engine.states import DEPLOY_STEPS, RunState, StepName, StepState
from bot.errors import VendorUnavailable
from tests.bot.pipelines._world import ANN, NOON, OLD, SHA

WELL = Health(ok=True, commit=SHA, said="200")


async def soaked(world, *, hours=24.0, **columns) -> int:
    """Give a run to production whose commit lived well in staging for ``hours``, and does now."""
    for at in (NOON - timedelta(hours=hours), NOON):
        await world.kit.soaks.sample("api", "staging", Sample(sha=SHA, good=True, at=at), hours * 3600)
    world.vendor.serving, world.probe.answers = SHA, [WELL]
    return await world.runs.create(
        key="trigger:1", service="api", environment="production", ref="main", again=False, by=ANN, at=NOON,
        card_channel="C0DEPLOYS01", steps=DEPLOY_STEPS | {StepName.SOAK}, more={"sha": SHA, **columns},
    )  # fmt: skip


async def refused(world, run_id) -> str:
    assert await world.play(run_id, StepName.SOAK) == "stopped"
    run = await world.view(run_id)
    assert run.reason is Reason.NOT_SOAKED
    return run.detail


async def test_a_day_of_good_time_passes(world):
    run_id = await soaked(world)
    assert await world.play(run_id, StepName.SOAK) == "done"
    assert (await world.view(run_id)).step(StepName.SOAK).state is StepState.DONE


async def test_a_minute_less_does_not_and_it_is_said_how_long(world):
    assert "to go" in await refused(world, await soaked(world, hours=23.9))


async def test_staging_that_went_down_a_moment_ago_stops_a_commit_that_had_soaked(world):
    run_id = await soaked(world)
    world.probe.answers = [Health(ok=False, commit="", said="503")]
    assert "health: 503" in await refused(world, run_id)


async def test_a_commit_that_is_no_longer_live_there_keeps_the_time_it_had(world):
    run_id = await soaked(world)
    world.vendor.serving, world.probe.answers = OLD, [Health(ok=True, commit=OLD, said="200")]
    assert await world.play(run_id, StepName.SOAK) == "done"


async def test_a_vendor_that_does_not_say_what_is_live_is_asked_again_and_never_passes_by_silence(world):
    run_id = await soaked(world)
    world.vendor.before["live"] = [VendorUnavailable("Railway", "looking") for _ in range(500)]
    assert await world.play(run_id, StepName.SOAK) == "stopped"
    assert (await world.view(run_id)).reason is Reason.VENDOR_UNAVAILABLE


@pytest.mark.parametrize("column", ["emergency", "override"])
async def test_who_may_skip_the_soak_skips_the_look_as_well(world, column):
    run_id = await soaked(world, hours=1, **{column: "The fix cannot wait."})
    world.vendor.before["live"] = [VendorUnavailable("Railway", "looking") for _ in range(500)]
    assert await world.play(run_id, StepName.SOAK) == "done"


async def test_where_nothing_is_known_to_be_live_now_a_day_of_good_time_does_not_pass(world):
    run_id = await soaked(world)
    world.vendor.serving = None
    assert "staging cannot be observed right now" in await refused(world, run_id)


@pytest.mark.parametrize("minutes", [-600, -1, 600])
async def test_a_clock_that_was_moved_gives_nobody_time_they_did_not_have(world, minutes):
    run_id = await soaked(world, hours=23)
    world.clock.at += timedelta(minutes=minutes)
    await refused(world, run_id)


async def test_a_clock_moved_back_hides_no_trouble_of_this_moment(world):
    run_id = await soaked(world)
    world.clock.at -= timedelta(hours=1)
    world.probe.answers = [Health(ok=False, commit="", said="503")]
    assert "not well on it right now" in await refused(world, run_id)


async def test_its_turn_asks_for_a_soak_the_project_file_came_to_want_after_the_request(world):
    run_id = await soaked(world, hours=1)
    await world.runs.move(run_id, RunState.WAITING, at=NOON, actor=ANN, fields={"line_at": NOON})
    assert await world.play(run_id, StepName.LINE) == "stopped"
    assert (await world.view(run_id)).reason is Reason.NOT_SOAKED


async def test_a_gates_no_after_the_turn_was_taken_ends_the_run_instead_of_leaving_it_running(world):
    run_id = await soaked(world)
    for state in (RunState.WAITING, RunState.RUNNING):
        await world.runs.move(run_id, state, at=NOON, actor=ANN, fields={"line_at": NOON})
    world.probe.answers = [Health(ok=False, commit="", said="503")]
    assert await world.play(run_id, StepName.LINE) == "stopped"
    run = await world.view(run_id)
    assert (run.state, run.reason) == (RunState.FAILED, Reason.NOT_SOAKED)
