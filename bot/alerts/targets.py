"""What is watched, made from the project file: services by environment, what they stand on. Never looks."""

from dataclasses import dataclass
from typing import Literal, Protocol

from bot.alerting import Dependency, HealthMonitor
from bot.engine.alerts import Severity
from bot.engine.pulse import Rules
from bot.engine.pulses import Beat
from bot.project import Environment, Project

Kind = Literal["health", "detailed", "supabase", "upstash", "redis", "statuspage"]

_SELDOM: frozenset[Kind] = frozenset({"supabase", "statuspage"})
"""Asked of somebody who tells of the thing, not of the thing itself."""
_NEVER = 101.0
"""Percent of change that no history has."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """One thing to look at."""

    key: str
    """``api:production:health``, ``dependency:redis``; 160 characters at most."""
    name: str
    """For people: ``api in production``, ``redis``."""
    kind: Kind
    interval: float
    """Seconds from the end of a look to the next."""
    severity: Severity
    """Of the alert when it is down."""
    service: str = ""
    """Empty for what several services stand on; then so is ``environment``."""
    environment: str = ""
    base_url: str = ""
    path: str = ""
    dependency: Dependency | None = None

    @property
    def annotates(self) -> bool:
        """Whether it is a vendor's own status page: it adds to what is told, and tells nothing itself."""
        return self.kind == "statuspage"

    @property
    def hearsay(self) -> bool:
        """Whether somebody else is asked how it is: their silence says nothing of it."""
        return self.kind in _SELDOM

    @property
    def place(self) -> str:
        """What falls silent together: targets of one address are one place."""
        return self.base_url or self.key

    @property
    def title(self) -> str:
        """What its alert is called."""
        if self.kind == "detailed":
            return f"Parts of {self.service} in {self.environment} are not well"
        verb = "is not well" if self.hearsay else "does not answer well"
        return f"{self.name} {verb}"

    @property
    def url(self) -> str:
        """Where people can look for themselves; empty where there is no such place."""
        return self.base_url + self.path

    def rules(self, health: HealthMonitor) -> Rules:
        """Return how its looks are judged."""
        page = self.annotates
        return Rules(
            interval=self.interval,
            recheck=self.interval if page else health.recheck,
            down_after=1 if page else health.down_after,
            up_after=1 if page else health.up_after,
            flap_high=_NEVER if page else health.flap_high,
            flap_low=health.flap_low,
        )


class Looks(Protocol):
    """Who looks."""

    async def beat(self, target: Target) -> Beat:
        """Look once; says what it found instead of raising."""


def targets_of(project: Project) -> tuple[Target, ...]:
    """Return everything to watch, in the order of the file; nothing without ``[health]``."""
    health = project.health
    if health is None:
        return ()
    services = [
        target
        for service in project.services
        for name, environment in service.environments.items()
        for target in _of_place(service.name, name, environment, health.interval)
    ]
    return (*services, *(_of_dependency(one, health) for one in health.dependencies))


def _of_place(service: str, name: str, environment: Environment, interval: float) -> list[Target]:
    found = [
        Target(
            key=f"{service}:{name}:health",
            name=f"{service} in {name}",
            kind="health",
            interval=interval,
            severity=Severity.CRITICAL if environment.guarded else Severity.ERROR,
            service=service,
            environment=name,
            base_url=environment.base_url,
            path=environment.health_path,
        )
    ]
    if environment.detailed_path:
        found.append(
            Target(
                key=f"{service}:{name}:detailed",
                name=f"{service} in {name}, its parts",
                kind="detailed",
                interval=interval,
                severity=Severity.WARNING,
                service=service,
                environment=name,
                base_url=environment.base_url,
                path=environment.detailed_path,
            )
        )
    return found


def _of_dependency(one: Dependency, health: HealthMonitor) -> Target:
    return Target(
        key=f"dependency:{one.name}",
        name=one.name,
        kind=one.kind,
        interval=health.page_every if one.kind in _SELDOM else health.interval,
        severity=Severity.ERROR,
        base_url=str(one.url).rstrip("/") if one.kind == "statuspage" else "",
        dependency=one,
    )
