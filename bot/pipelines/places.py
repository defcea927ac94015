"""Where a run goes: its service, its environment and who ships there, looked up in the project file."""

from dataclasses import dataclass

from bot.engine.reasons import Reason
from bot.engine.runs import RunView
from bot.engine.shipping import Target
from bot.errors import StepFailed
from bot.pipelines.needs import Kit, Shipper
from bot.project import Environment, Service


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """One service in one environment, and how to ship to it."""

    service: Service
    environment: Environment
    target: Target
    shipper: Shipper


def target(service: Service, environment: str) -> Target:
    """Describe the place in the vendors' ids."""
    there = service.environments[environment]
    return Target(
        service=service.name,
        environment=environment,
        repository=service.repository,
        branch=service.default_branch,
        railway_project=service.railway_project,
        railway_service=service.railway_service,
        railway_environment=there.railway_environment,
        workflow=there.workflow,
    )


def find(kit: Kit, service_name: str, environment: str) -> Place | None:
    """Return the place of a service or an app, or None when the project file does not know it."""
    service = kit.project.service_or_app(service_name)
    if service is None or environment not in service.environments:
        return None
    return Place(
        service=service,
        environment=service.environments[environment],
        target=target(service, environment),
        shipper=kit.shippers[service_name, environment],
    )


def place(kit: Kit, run: RunView) -> Place:
    """Return where ``run`` goes.

    Raises:
        StepFailed: when the project file was changed under the run.

    """
    found = find(kit, run.service, run.environment)
    if found is None:
        msg = f"{run.service} in {run.environment} is no longer in pawdeploy.toml."
        raise StepFailed(Reason.UNKNOWN_ENVIRONMENT, msg)
    return found
