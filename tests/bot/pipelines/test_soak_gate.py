"""The soak gate takes a fresh look before it judges: yesterday's good day does not outweigh trouble now."""

from datetime import timedelta

import pytest

from bot.engine.health import Health
from bot.engine.reasons import Reason
from bot.engine.soak import Sample
from bot.engine.states import DEPLOY_STEPS, StepName, StepState
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
