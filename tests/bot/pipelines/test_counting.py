"""What one look is told: silence and refusals are told as such, never as "no errors"."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.engine.errors_watch import Plan
from bot.engine.states import StepName
from bot.errors import VendorRejected, VendorUnavailable
from bot.pipelines.counting import count, release_name
from bot.pipelines.step import Step
from tests.bot.pipelines._world import NOON, SHA

PLAN = Plan(seconds=900, baseline=7200, bucket=60)


async def counted(world, kit=None):
    run = await world.view(await world.a_run(sha=SHA))
    world.clock.at = NOON + timedelta(minutes=10)
    return await count(Step(kit or world.kit, run, StepName.WATCH), PLAN, NOON)


async def test_the_time_before_and_after_going_live_is_counted(world):
    world.errors.rate_after = 90.0
    counts = await counted(world)
    assert (counts.before.seconds, counts.after.seconds) == (7200, 600)
    assert (counts.before.errors, counts.after.errors) == (3600, 900)
    assert (counts.live_at, counts.at) == (NOON, NOON + timedelta(minutes=10))
    assert counts.heard
    assert counts.trouble == ""


async def test_an_environment_sentry_never_heard_of_is_told_from_a_quiet_one(world):
    world.errors.rate_before = world.errors.rate_after = 0.0
    assert not (await counted(world)).heard
    assert world.errors.calls.count("errors") == 3  # a longer time is asked about too


@pytest.mark.parametrize("method", ["errors", "new_issues"])
@pytest.mark.parametrize(
    "trouble",
    [VendorUnavailable("Sentry", "counting", status=429), VendorRejected("Sentry", "counting", status=403)],
    ids=["429", "403"],
)
async def test_one_refusal_and_nothing_of_it_counts(world, method, trouble):
    world.errors.before[method] = [trouble]
    counts = await counted(world)
    assert (counts.before.buckets, counts.after.buckets, counts.issues, counts.heard) == ((), (), (), False)
    assert "Sentry" in counts.trouble


async def test_without_sentry_that_is_the_trouble(world):
    counts = await counted(world, replace(world.kit, errors=None))
    assert "no Sentry project is configured" in counts.trouble


async def test_a_release_is_called_what_the_project_file_says(world):
    run = await world.view(await world.a_run())
    run = replace(run, sha=SHA)
    assert release_name(world.kit, run) == SHA
    sentry = world.project.sentry.model_copy(update={"release": "{service}@{sha}"})
    kit = replace(world.kit, project=world.project.model_copy(update={"sentry": sentry}))
    assert release_name(kit, run) == f"api@{SHA}"
