"""What the project file guards, a run does; whatever of the file decides that changes its name."""

import pytest

from bot.engine.reasons import Reason
from bot.engine.states import DEPLOY_STEPS, ROLLBACK_STEPS, WORKFLOW_STEPS, RunState, StepName
from bot.pipelines.plan import config_digest, deploy_steps, rollback_steps, workflow_steps
from bot.project import Role
from tests.bot.pipelines._world import pawlogic

GUARDS = {StepName.SOAK, StepName.CHANGES, StepName.CONSENT, StepName.WATCH}


@pytest.fixture
def service():
    return pawlogic().services[0]


def test_production_has_every_guard_and_staging_none(service):
    assert deploy_steps(service, service.environments["production"]) == DEPLOY_STEPS | GUARDS
    assert deploy_steps(service, service.environments["staging"]) == DEPLOY_STEPS


def test_a_workflow_that_migrates_is_a_step_only_where_there_are_migrations(service):
    there = service.environments["production"].model_copy(update={"migrate": "workflow"})
    assert StepName.MIGRATE in deploy_steps(service, there)
    assert StepName.MIGRATE not in deploy_steps(service.model_copy(update={"migrations_path": ""}), there)


@pytest.mark.parametrize("consent", [True, False])
def test_a_way_back_skips_soak_and_watch_and_asks_people_unless_told_not_to(service, consent):
    steps = rollback_steps(service, service.environments["production"], consent=consent)
    assert steps - {StepName.CONSENT} == ROLLBACK_STEPS | {StepName.CHANGES}
    assert (StepName.CONSENT in steps) is consent
    assert StepName.CONSENT not in rollback_steps(service, service.environments["staging"], consent=True)


def test_a_workflow_asks_people_where_a_deploy_does(service):
    steps = workflow_steps(service.environments["staging"])
    assert steps == WORKFLOW_STEPS
    assert workflow_steps(service.environments["production"]) == steps | {StepName.CONSENT}


@pytest.mark.parametrize(
    "change", [{"file": "other.yml"}, {"ref": "release"}, {"inputs": {"action": "upgrade"}}, {"timeout": 9.0}]
)
def test_whatever_changes_in_a_workflow_changes_its_name_and_no_deploys(change):
    project = pawlogic()
    first, *others = project.workflows
    changed = project.model_copy(update={"workflows": (first.model_copy(update=change), *others)})
    gone = project.model_copy(update={"workflows": tuple(others)})

    names = {
        config_digest(one, one.services[0], "production", "downgrade") for one in (project, changed, gone)
    }
    assert len(names | {digest(project)}) == 4
    assert digest(changed) == digest(project) == digest(gone)


def digest(project) -> str:
    return config_digest(project, project.services[0], "production")


def test_one_file_has_one_name():
    assert digest(pawlogic()) == digest(pawlogic())


@pytest.mark.parametrize("section", ["approval", "soak", "watch"])
def test_a_change_of_a_guard_changes_the_name(section):
    project = pawlogic()
    places = project.services[0].environments
    places["production"] = places["production"].model_copy(update={section: None})
    assert digest(project) != digest(pawlogic())


def test_a_change_of_who_holds_a_role_changes_the_name():
    project = pawlogic()
    project.roles["approver"] = Role(users=("U0OTTOOUT01",))
    assert digest(project) != digest(pawlogic())


def test_a_change_of_another_environment_does_not():
    project = pawlogic()
    places = project.services[0].environments
    places["staging"] = places["staging"].model_copy(update={"required_checks": ("test",)})
    assert digest(project) == digest(pawlogic())


@pytest.mark.parametrize(("guard", "names"), [({"migrate": "workflow"}, "migrate"), ({}, "watch")])
async def test_a_run_made_before_the_file_asked_for_a_step_ships_nothing_past_it(world, guard, names):
    run_id = await world.a_run(RunState.WAITING)
    places = world.project.services[0].environments
    more = guard or {"watch": places["production"].watch}
    places["staging"] = places["staging"].model_copy(update=more)
    assert await world.play(run_id, StepName.LINE) == "stopped"
    run = await world.view(run_id)
    assert (run.state, run.reason) == (RunState.REFUSED, Reason.CONSENT_VOID)
    assert f"asks for more by now ({names})" in run.detail
    assert world.vendor.made == []
