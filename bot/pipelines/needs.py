"""What the pipelines need of the world, in their own words. Whoever has these methods will do."""

from dataclasses import dataclass
from typing import Literal, Protocol

from bot.clock import Clock
from bot.db.runs_reader import RunsReader
from bot.db.runs_store import RunsStore
from bot.engine.checks import CheckReport
from bot.engine.health import Health, SmokeResult
from bot.engine.runs import Commit, Comparison
from bot.engine.shipping import Platform, Progress, Shipment, Target
from bot.metrics import Metrics
from bot.project import Project, Smoke

RecordState = Literal["queued", "in_progress", "success", "failure", "error", "inactive", "pending"]
"""How a deployment record on GitHub may stand."""


NO_SUCH_REF = frozenset({404, 409, 422})
"""HTTP statuses with which ``Repository.resolve`` is rejected when nothing bears the name."""


class Repository(Protocol):
    """Where commits and their checks live: GitHub."""

    async def resolve(self, repository: str, ref: str) -> Commit:
        """Return the commit ``ref`` names now."""

    async def near_refs(self, repository: str, ref: str) -> tuple[str, ...]:
        """Return branch names close to a ref that does not exist."""

    async def checks(self, repository: str, sha: str) -> CheckReport:
        """Return the newest result of every check on ``sha``."""

    async def compare(self, repository: str, base: str, head: str) -> Comparison:
        """Return what lies between two commits."""

    async def find_deployment(self, repository: str, sha: str, environment: str, run: int) -> int | None:
        """Return the deployment record this run made before, if it did."""

    async def create_deployment(
        self, repository: str, sha: str, environment: str, run: int, *, production: bool, description: str
    ) -> int:
        """Record that ``run`` deploys ``sha``; return the record's id."""

    async def deployment_status(
        self,
        repository: str,
        deployment_id: int,
        state: RecordState,
        *,
        description: str,
        environment_url: str,
        log_url: str,
    ) -> None:
        """Add a status to a deployment record."""


class Shipper(Protocol):
    """Who puts a commit into an environment: Railway itself, or a GitHub workflow."""

    async def platform(self) -> Platform:
        """Say whether the vendor is well."""

    async def deployments(self, target: Target) -> tuple[Shipment, ...]:
        """Return recent deployments, newest first."""

    async def live(self, target: Target) -> Shipment | None:
        """Return the deployment that serves now."""

    async def start(self, target: Target, sha: str, *, run: int) -> Shipment:
        """Start deploying ``sha``; never repeated on its own."""

    async def look(self, target: Target, shipment_id: str) -> Progress:
        """Return how a deployment is doing."""

    async def cancel(self, target: Target, shipment_id: str) -> None:
        """Stop a deployment that has not ended."""

    async def last_lines(self, target: Target, shipment_id: str) -> tuple[str, ...]:
        """Return the end of its log."""


class Probe(Protocol):
    """Who asks the deployed service how it is."""

    async def look(self, base_url: str, path: str, commit_key: str, timeout: float) -> Health:  # noqa: ASYNC109 - a request's own limit
        """Ask for health once."""

    async def smoke(self, base_url: str, test: Smoke, timeout: float) -> SmokeResult:  # noqa: ASYNC109 - a request's own limit
        """Run one smoke test."""


class Cards(Protocol):
    """Who keeps the cards in Slack up to date."""

    def changed(self) -> None:
        """Something visible changed; never blocks, never fails."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Kit:
    """Everything a pipeline works with, made by ``bot/app.py``."""

    project: Project
    runs: RunsStore
    reader: RunsReader
    repository: Repository
    shippers: dict[tuple[str, str], Shipper]
    """By service and environment."""
    probe: Probe
    cards: Cards
    clock: Clock
    metrics: Metrics
