"""Which steps a run has, decided once when it is asked for: what the project file guards, it will do."""

from hashlib import sha256

from bot.apps import AppEnvironment
from bot.engine.states import (
    BUILD_STEPS,
    DEPLOY_STEPS,
    ROLLBACK_STEPS,
    STORE_STEPS,
    SUBMIT_STEPS,
    UPDATE_BACK_STEPS,
    UPDATE_STEPS,
    WORKFLOW_STEPS,
    RunKind,
    StepName,
)
from bot.project import Environment, Project, Service


def deploy_steps(service: Service, environment: Environment) -> frozenset[StepName]:
    """Return the steps of a deploy of ``service`` to ``environment``."""
    more = {
        StepName.SOAK: environment.soak is not None,
        StepName.CHANGES: environment.guarded,
        StepName.CONSENT: environment.guarded,
        StepName.MIGRATE: environment.migrate == "workflow" and bool(service.migrations_path),
        StepName.WATCH: environment.watch is not None,
    }
    return DEPLOY_STEPS | {step for step, wanted in more.items() if wanted}


def rollback_steps(service: Service, environment: Environment, *, consent: bool) -> frozenset[StepName]:
    """Return the steps of a way back; ``consent``: whether people must agree to this one."""
    more = {
        StepName.CHANGES: bool(service.migrations_path),
        StepName.CONSENT: environment.guarded and consent,
    }
    return ROLLBACK_STEPS | {step for step, wanted in more.items() if wanted}


def workflow_steps(environment: Environment) -> frozenset[StepName]:
    """Return the steps of a run that starts a workflow."""
    return WORKFLOW_STEPS | ({StepName.CONSENT} if environment.guarded else set())


def app_steps(
    kind: RunKind, there: AppEnvironment, *, consent: bool = True, build: bool = True
) -> frozenset[StepName]:
    """Return the steps of an app's run; ``consent``: whether people must agree to this one."""
    steps = {
        RunKind.UPDATE: UPDATE_STEPS,
        RunKind.UPDATE_BACK: UPDATE_BACK_STEPS,
        RunKind.RELEASE: SUBMIT_STEPS | (BUILD_STEPS if build else frozenset()),
        RunKind.STORE: STORE_STEPS,
    }[kind]
    return steps | ({StepName.CONSENT} if there.approval is not None and consent else set())


def config_digest(project: Project, service: Service, environment: str, workflow: str = "") -> str:
    """Name, in 16 hex digits, everything of the project file that decides what a run there does.

    ``workflow``: the name of the one it starts; empty for a deploy or a way back.
    """
    app = project.app(service.name)
    there = service.model_copy(update={"environments": {environment: service.environments[environment]}})
    parts = [there.model_dump_json(), *(role.model_dump_json() for role in project.roles.values())]
    if app is not None:
        parts.append(
            app.model_copy(
                update={"environments": {environment: app.environments[environment]}}
            ).model_dump_json()
        )
    if workflow:
        entry = project.workflow(workflow)
        parts.append(entry.model_dump_json() if entry else "gone")
    return sha256("\n".join([*parts, *project.roles]).encode()).hexdigest()[:16]
