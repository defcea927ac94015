"""What looks need of the world, in their own words. Whoever has these methods will do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from bot.alerts.targets import Looks
from bot.clock import Clock
from bot.engine.errors_watch import Series
from bot.engine.incidents import IncidentAlert
from bot.engine.instances import Instances
from bot.engine.pulses import Beat
from bot.engine.runs import RunView
from bot.engine.sentry_issues import Issue
from bot.engine.shipping import Platform, Progress, Shipment, Target
from bot.project import Project


@dataclass(frozen=True, kw_only=True, slots=True)
class LookPlace:
    """The incident a look is for. Empty: the incident names none."""

    service: str = ""
    environment: str = ""
    incident: int = 0
    alerts: tuple[IncidentAlert, ...] = ()


class Ships(Protocol):
    """Who knows what is deployed. Methods raise ``VendorError``."""

    async def platform(self) -> Platform:
        """Say whether the vendor is well."""

    async def deployments(self, target: Target) -> tuple[Shipment, ...]:
        """Return recent deployments, newest first."""

    async def live(self, target: Target) -> Shipment | None:
        """Return the deployment that serves now."""

    async def look(self, target: Target, shipment_id: str) -> Progress:
        """Return how a deployment is doing."""

    async def last_lines(self, target: Target, shipment_id: str) -> tuple[str, ...]:
        """Return the end of its log."""


@runtime_checkable
class Counts(Protocol):
    """Of those who ship, whoever also runs the service: a workflow does not."""

    async def instances(self, target: Target) -> Instances | None:
        """Count instances; None where we are not told."""


class Probes(Protocol):
    """Who asks a service how it is."""

    async def beat(self, base_url: str, path: str, timeout: float) -> Beat:  # noqa: ASYNC109 - a request's own limit
        """Ask once; says what it found instead of raising."""


class Issues(Protocol):
    """Who has the issues: Sentry. Methods raise ``VendorError``."""

    async def recent(
        self, project: str, *, since: datetime, environment: str = "", most: int = 300
    ) -> tuple[Issue, ...]:
        """Return the issues of a project, of one environment or all, that were seen since then."""

    async def tag(self, issue_id: str, key: str, *, environment: str = "") -> tuple[tuple[str, int], ...]:
        """Return a tag's values over an issue's events with how many have each, the most first."""


class Errors(Protocol):
    """Who counts errors: Sentry. Raises ``VendorError``."""

    async def errors(
        self, project: str, environment: str, *, start: datetime, end: datetime, bucket: int
    ) -> Series:
        """Count errors in whole, complete buckets."""


class Runs(Protocol):
    """Who remembers runs."""

    async def history(self, environment: str | None, *, limit: int) -> tuple[RunView, ...]:
        """Return the newest runs first."""

    async def good_runs(self, service: str, environment: str) -> tuple[RunView, ...]:
        """Return the runs that ended well there, newest first."""


class Migrations(Protocol):
    """Who remembers what became of migrations."""

    async def failed_migration(self, service: str, environment: str) -> RunView | None:
        """Return the newest run there whose migration failed, or ended nobody knows how."""

    async def said(self, run: RunView) -> tuple[str, ...]:
        """Return the end of the log the run left, oldest line first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Kit:
    """Everything looks work with."""

    project: Project
    shippers: Mapping[tuple[str, str], Ships]
    """By service and environment."""
    probe: Probes
    lookers: Looks
    """Who looks at dependencies."""
    issues: Issues | None
    """None where no Sentry is configured."""
    errors: Errors | None
    """As ``issues``."""
    runs: Runs
    migrations: Migrations
    clock: Clock
