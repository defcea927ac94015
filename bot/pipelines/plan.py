"""Which steps a run has, decided once when it is asked for: what the project file guards, it will do."""

from hashlib import sha256

from bot.engine.states import DEPLOY_STEPS, ROLLBACK_STEPS, WORKFLOW_STEPS, StepName
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


def config_digest(project: Project, service: Service, environment: str, workflow: str = "") -> str:
    """Name, in 16 hex digits, everything of the project file that decides what a run there does.

    ``workflow``: the name of the one it starts; empty for a deploy or a way back.
    """
    there = service.model_copy(update={"environments": {environment: service.environments[environment]}})
    parts = [there.model_dump_json(), *(role.model_dump_json() for role in project.roles.values())]
    if workflow:
        entry = project.workflow(workflow)
        parts.append(entry.model_dump_json() if entry else "gone")
    return sha256("\n".join([*parts, *project.roles]).encode()).hexdigest()[:16]
