"""Workflows that playbooks start: what our client sends, and what comes of it at the simulated GitHub."""

from dataclasses import replace

import pytest

from bot.engine.shipping import OWN_INPUTS, Phase
from bot.errors import VendorRejected

APP = "pawlogic/mobile"


@pytest.fixture
def downgrade(world):
    return replace(world.target, workflow="migrate.yml", inputs={"action": "downgrade"})


@pytest.fixture
def mobile(world):
    return replace(world.target, service="mobile", environment="production", repository=APP)


async def test_a_workflow_is_sent_ours_and_its_own_inputs_and_nothing_else(world, workflow, downgrade):
    started = await workflow.start(downgrade, world.sha, run=12)

    (run,) = world.github.runs
    assert (str(run.id), run.workflow) == (started.id, "migrate.yml")
    assert run.inputs == {
        "sha": world.sha,
        "environment": "staging",
        "service": "api",
        "pawdeploy_run": "12",
        "action": "downgrade",
    }
    assert run.inputs.keys() - {"action"} == OWN_INPUTS


async def test_ours_are_never_replaced_by_its_own(world, workflow, downgrade):
    await workflow.start(replace(downgrade, inputs={"sha": "main", "pawdeploy_run": "7"}), world.sha, run=12)

    (run,) = world.github.runs
    assert (run.inputs["sha"], run.inputs["pawdeploy_run"]) == (world.sha, "12")


@pytest.mark.parametrize("tells", [True, False])
async def test_it_is_found_by_our_number_among_others_of_the_same_file(world, workflow, downgrade, tells):
    world.github.state.dispatch_tells_run = tells
    migration = await workflow.start(replace(downgrade, inputs={}), world.sha, run=11)
    world.later()
    started = await workflow.start(downgrade, world.sha, run=12)

    found = {one.id: one.run for one in await workflow.deployments(downgrade)}
    assert found == {migration.id: 11, started.id: 12}


@pytest.mark.parametrize(("fate", "phase"), [("succeeds", Phase.LIVE), ("fails", Phase.FAILED)])
async def test_taking_a_migration_back_ends_as_the_knob_for_workflows_says(
    world, workflow, downgrade, fate, phase
):
    world.faults.set("github.workflow", fate)
    world.faults.set("github.migration", "fails")
    started = await workflow.start(downgrade, world.sha, run=12)
    world.later()

    seen = await workflow.look(downgrade, started.id)
    assert (seen.phase, seen.failed_step) == (phase, "alembic downgrade -1" if fate == "fails" else "")
    if phase is Phase.FAILED:
        assert "Running downgrade" in "\n".join(await workflow.last_lines(downgrade, started.id))
    assert world.railway.live("api", "staging") == world.before


@pytest.mark.parametrize(
    ("inputs", "says"),
    [
        ({"action": "update"}, "eas update"),
        ({"action": "build", "profile": "production"}, "--profile production"),
    ],
)
async def test_an_app_has_a_repository_and_workflows_of_its_own(world, hub, workflow, mobile, inputs, says):
    there = replace(mobile, workflow="mobile-build.yml", inputs=inputs)
    commit = await hub.resolve(APP, "main")
    started = await workflow.start(there, commit.sha, run=12)
    world.later()

    assert commit.sha != world.sha
    assert (await workflow.look(there, started.id)).phase is Phase.LIVE
    assert says in "\n".join(await workflow.last_lines(there, started.id))


async def test_an_input_the_workflow_does_not_declare_starts_nothing(world, workflow, downgrade):
    with pytest.raises(VendorRejected, match="Unexpected inputs") as refused:
        await workflow.start(replace(downgrade, inputs={"profile": "production"}), world.sha, run=12)

    assert refused.value.status == 422
    assert world.github.runs == []


@pytest.mark.parametrize("file", ["migrate.yml", "backend-deploy.yml"])
async def test_a_repository_has_only_its_own_files(world, workflow, mobile, file):
    with pytest.raises(VendorRejected) as refused:
        await workflow.start(replace(mobile, workflow=file), world.sha, run=12)

    assert refused.value.status == 404
