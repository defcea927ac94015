"""Shipping by workflow, and the deployed service's health, between clients and simulators.

What is asserted here of a simulator, tests/bot/integrations asserts of the vendor's documented answers.
"""

import pytest

from bot.engine.shipping import Phase
from bot.project import Smoke

BASE = "http://sandbox.test/backend/api/staging"


@pytest.mark.parametrize("tells", [True, False])
async def test_a_workflow_ships_and_is_found_by_our_number(world, workflow, tells):
    world.github.state.dispatch_tells_run = tells

    started = await workflow.start(world.target, world.sha, run=12)

    assert (await workflow.look(world.target, started.id)).phase is Phase.QUEUED
    assert [(one.id, one.sha, one.run) for one in await workflow.deployments(world.target)] == [
        (started.id, world.sha, 12)
    ]
    assert await workflow.live(world.target) is None
    world.later()
    assert (await workflow.look(world.target, started.id)).phase is Phase.LIVE
    live = await workflow.live(world.target)
    assert live is not None
    assert (live.sha, world.railway.live("api", "staging")) == (world.sha, world.sha)
    assert len(world.github.runs) == 1


async def test_a_failed_workflow_names_its_step_and_shows_its_log(world, workflow):
    world.faults.set("github.workflow", "fails")
    started = await workflow.start(world.target, world.sha, run=12)
    world.later()

    progress = await workflow.look(world.target, started.id)

    assert (progress.phase, progress.failing) == (Phase.FAILED, "deploy: railway up")
    assert (await workflow.last_lines(world.target, started.id))[
        -1
    ] == "##[error]Process completed with exit code 1."


async def test_a_workflow_is_cancelled_and_cancelling_again_is_fine(world, workflow):
    started = await workflow.start(world.target, world.sha, run=12)

    await workflow.cancel(world.target, started.id)
    await workflow.cancel(world.target, started.id)

    assert (await workflow.look(world.target, started.id)).phase is Phase.REMOVED


# the deployed service


@pytest.mark.parametrize(
    ("knob", "ok", "commit"),
    [("good", True, "before"), ("bad", False, "before"), ("no commit", True, "")],
)
async def test_the_services_health_is_understood(world, probe, knob, ok, commit):
    world.faults.set("backend.health", knob)

    seen = await probe.look(BASE, "/health", "commit", 5)

    assert (seen.ok, seen.commit) == (ok, world.before if commit else "")


async def test_detailed_health_in_the_draft_standards_words_is_understood(world, probe):
    good = await probe.look(BASE, "/health/detailed", "releaseId", 5)
    world.faults.set("backend.health", "bad")
    bad = await probe.look(BASE, "/health/detailed", "releaseId", 5)

    assert (good.ok, good.commit, good.said) == (True, world.before, "200, status pass")
    assert (bad.ok, bad.said) == (False, "503, status fail")


@pytest.mark.parametrize(("knob", "ok"), [("good", True), ("failing", False)])
async def test_smoke_tests_tell_a_working_service_from_a_broken_one(world, probe, knob, ok):
    world.faults.set("backend.smoke", knob)
    smoke = Smoke(name="version", path="/version", contains="pawlogic")

    assert (await probe.smoke(BASE, smoke, 5)).ok is ok
