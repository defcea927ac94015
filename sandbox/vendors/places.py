"""Where the simulated services run: one place per service and environment, as ``pawdeploy.toml`` names them.

Knows ids and tokens. Must not know how anything is deployed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.project import Project

Now = Callable[[], datetime]
"""Tells the time, aware UTC. Tests hand in a clock they can move."""


def utc_now() -> datetime:
    """Tell the real time."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """One service in one environment, with the vendor's ids and the token that opens it."""

    service: str
    environment: str
    repository: str
    project_id: str
    service_id: str
    environment_id: str
    token: str
    """Project token of this environment, sent as ``Project-Access-Token``."""


def token_for(variable: str) -> str:
    """Return the sandbox's value for the environment variable called ``variable``."""
    return f"sandbox-{variable.lower().replace('_', '-')}"


def places_of(project: Project) -> tuple[Place, ...]:
    """Return every place ``project`` deploys to."""
    return tuple(
        Place(
            service=service.name,
            environment=name,
            repository=service.repository,
            project_id=service.railway_project,
            service_id=service.railway_service,
            environment_id=environment.railway_environment,
            token=token_for(environment.railway_token),
        )
        for service in project.services
        for name, environment in service.environments.items()
    )
