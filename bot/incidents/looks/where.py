"""At which service in which environment to look: the playbook says, else the incident, else the only one."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.engine.shipping import Target
from bot.incidents.looks.needs import LookPlace
from bot.pipelines.places import target
from bot.project import Environment, Project, Service
from playbooks.steps import PlacedProbe


@dataclass(frozen=True, kw_only=True, slots=True)
class Spot:
    """A place of the project file."""

    service: Service
    """An app too, in a service's shape."""
    name: str
    """Of the environment."""
    app: bool
    """Whether only workflows ship it, and nobody can ask it how it is."""

    @property
    def environment(self) -> Environment:
        """The environment's own section."""
        return self.service.environments[self.name]

    @property
    def key(self) -> tuple[str, str]:
        """What shippers are found by."""
        return self.service.name, self.name

    @property
    def target(self) -> Target:
        """The place in the vendors' ids."""
        return target(self.service, self.name)

    def __str__(self) -> str:
        return f"{self.service.name} in {self.name}"


def find(project: Project, probe: PlacedProbe, place: LookPlace, *, counted: bool = False) -> Spot | str:
    """Return the place, or a sentence that says why there is none.

    ``counted``: the look is at what Sentry has of a service or an app, so where nothing is named the only
    app is meant, else the only service Sentry knows.
    """
    name = probe.service or place.service or _only(_watched(project) if counted else _services(project))
    if not name:
        names = ", ".join([*_services(project), *_apps(project)])
        return f"No service is named, and there are {names}. Name one in the playbook or for the incident."
    service = project.service_or_app(name)
    if service is None:
        return f"There is no service {name} in pawdeploy.toml."
    inherited = place.environment if place.environment in service.environments else ""
    environment = probe.environment or inherited or _only(_usual(service))
    if not environment:
        names = ", ".join(service.environments)
        return (
            f"No environment is named, and {name} has {names}. Name one in the playbook or for the incident."
        )
    if environment not in service.environments:
        return f"{name} has no environment {environment} in pawdeploy.toml."
    return Spot(service=service, name=environment, app=name in _apps(project))


def _only(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else ""


def _services(project: Project) -> list[str]:
    return [service.name for service in project.services]


def _apps(project: Project) -> list[str]:
    return [app.name for app in project.apps]


def _watched(project: Project) -> list[str]:
    """Return what may be meant where Sentry is asked: apps crash, so they come first."""
    apps = [app.name for app in project.apps if app.sentry_project]
    return apps or [service.name for service in project.services if service.sentry_project]


def _usual(service: Service) -> list[str]:
    """Return where outages happen: guarded environments, or all where none is."""
    guarded = [name for name, there in service.environments.items() if there.guarded]
    return guarded or list(service.environments)
