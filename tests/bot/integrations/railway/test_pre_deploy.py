"""Rules of following the pre-deploy command, usually the migrations, through a deployment's events."""

import pytest

from bot.engine.shipping import PRE_DEPLOY, PreDeploy
from tests.bot.integrations.railway._answers import data, node


def event(step=PRE_DEPLOY, at="10:01", done=None, **payload):
    created = f"2026-11-23T{at}:00Z"
    return {"node": {"step": step, "createdAt": created, "completedAt": done, "payload": payload or None}}


def events(*given):
    return data(deploymentEvents={"edges": list(given)})


END = "2026-11-23T10:02:00Z"


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ([], PreDeploy(state="none")),
        ([event("BUILD_IMAGE")], PreDeploy(state="none")),
        ([event()], PreDeploy(state="running")),
        ([event(done=END, error=None)], PreDeploy(state="done")),
        ([event(done=END, error="exit code 1")], PreDeploy(state="failed", said="exit code 1")),
        ([event(error="exit code 1")], PreDeploy(state="failed", said="exit code 1")),
        ([event(done=END, skipped=True, reason="none set")], PreDeploy(state="skipped", said="none set")),
        ([event(done=END), event("HEALTHCHECK", "10:03", error="no answer")], PreDeploy(state="done")),
    ],
)
async def test_the_pre_deploy_command_is_where_its_event_says(railway, answers, target, given, found):
    answers(events(*given))

    assert await railway.pre_deploy(target, "d-1") == found


async def test_its_newest_event_counts(railway, answers, target):
    answers(events(event(at="10:05", error="exit code 2"), event(at="10:01", done=END)))

    assert await railway.pre_deploy(target, "d-1") == PreDeploy(state="failed", said="exit code 2")


async def test_what_it_said_holds_no_secret(railway, answers, target):
    answers(events(event(error="postgresql://app:hush-hush@db.internal/pets refused")))

    found = await railway.pre_deploy(target, "d-1")

    assert found is not None
    assert "hush-hush" not in found.said


@pytest.mark.parametrize("step", [PRE_DEPLOY, "HEALTHCHECK"])
async def test_a_failed_look_names_the_step_by_itself(railway, answers, target, step):
    answers(data(deployment=node(status="FAILED")), events(event(step, error="exit code 1: and why")))

    progress = await railway.look(target, "d-1")

    assert (progress.failed_step, progress.failing) == (step, f"{step}: exit code 1: and why")


async def test_a_look_at_what_goes_on_names_no_step(railway, answers, target):
    answers(data(deployment=node(status="DEPLOYING")))

    assert (await railway.look(target, "d-1")).failed_step == ""
