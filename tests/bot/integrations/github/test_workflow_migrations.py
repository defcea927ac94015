"""Rules of shipping migrations by their own workflow file, and of what a workflow cannot do."""

from dataclasses import replace

import pytest

from bot.engine.shipping import Phase
from bot.errors import VendorRejected
from tests.bot.integrations.github._workflow import ROOT, RUNS, SHA, json, run, title

MIGRATIONS = f"{ROOT}/actions/workflows/migrate.yml"


@pytest.fixture
def migration(target):
    return replace(target, workflow="migrate.yml")


def named(number=12):
    return title(number=number).replace("Deploy", "Migrate")


async def test_a_migration_is_dispatched_as_its_own_workflow(shipper, vendor, migration):
    made = {"workflow_run_id": 77, "html_url": "https://github.com/run/77"}
    vendor.on(f"POST {MIGRATIONS}/dispatches", json(made))

    assert (await shipper.start(migration, SHA, run=12)).id == "77"
    assert vendor.sent()["inputs"] == {
        "sha": SHA,
        "environment": "staging",
        "service": "api",
        "pawdeploy_run": "12",
    }


async def test_runs_of_one_workflow_are_never_taken_for_anothers(shipper, vendor, target, migration):
    vendor.on(f"GET {RUNS}", json({"workflow_runs": [run(1, title(number=12))]}))
    vendor.on(f"GET {MIGRATIONS}/runs", json({"workflow_runs": [run(2, named())]}))

    deploys, migrations = await shipper.deployments(target), await shipper.deployments(migration)

    assert [(one.id, one.run) for one in deploys] == [("1", 12)]
    assert [(one.id, one.run) for one in migrations] == [("2", 12)]


async def test_a_failed_migration_names_its_step_by_itself(shipper, vendor, migration):
    steps = [
        {"name": "Check out", "status": "completed", "conclusion": "success"},
        {"name": "alembic upgrade head", "status": "completed", "conclusion": "failure"},
    ]
    job = {"id": 8, "name": "migrate", "status": "completed", "conclusion": "failure", "steps": steps}
    vendor.on(f"GET {ROOT}/actions/runs/7", json(run(conclusion="failure")))
    vendor.on(f"GET {ROOT}/actions/runs/7/jobs", json({"jobs": [job]}))

    progress = await shipper.look(migration, "7")

    assert (progress.phase, progress.failed_step) == (Phase.FAILED, "alembic upgrade head")
    assert progress.failing == "migrate: alembic upgrade head"


async def test_a_workflow_keeps_no_image_and_knows_nothing_of_pushes(shipper, vendor, target):
    assert await shipper.can_roll_back(target, "7") is False
    assert await shipper.auto_deploys(target) is None
    assert await shipper.pre_deploy(target, "7") is None
    with pytest.raises(VendorRejected, match="deploy the commit instead"):
        await shipper.roll_back(target, "7")
    with pytest.raises(VendorRejected, match="stand in its file"):
        await shipper.set_auto_deploys(target, False)
    assert vendor.asked == []
