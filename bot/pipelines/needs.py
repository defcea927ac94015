"""What the pipelines need of the world, in their own words. Whoever has these methods will do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from bot.clock import Clock
from bot.db.consent_store import ConsentStore
from bot.db.devices_store import DevicesStore
from bot.db.posts_store import PostsStore
from bot.db.runs_reader import RunsReader
from bot.db.runs_store import RunsStore
from bot.db.signals_store import SignalsStore
from bot.db.soak_store import SoakStore
from bot.engine.checks import CheckReport
from bot.engine.crash_free import CrashFree
from bot.engine.errors_watch import NewIssue, Series
from bot.engine.health import Health, SmokeResult
from bot.engine.holds import Blocking, Hold
from bot.engine.reasons import Reason
from bot.engine.runs import Commit, Comparison
from bot.engine.shipping import Platform, PreDeploy, Progress, Shipment, Target
from bot.metrics import Metrics
from bot.nudges import Nudges
from bot.pipelines.mobile_needs import Expo, Stores
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

    async def statuses(self, repository: str, sha: str) -> Mapping[str, str]:
        """Return the newest commit statuses that succeeded: description by context."""

    async def raise_file(
        self, repository: str, branch: str, path: str, *, base: str, text: str, message: str
    ) -> str:
        """Commit ``text`` as ``path`` on top of ``base``; return the commit's SHA.

        Never forces: raises ``VendorRejected`` (409 or 422) when ``branch`` is not at ``base`` any more.
        """

    async def propose_file(
        self, repository: str, branch: str, path: str, *, base: str, text: str, message: str, into: str
    ) -> tuple[int, str]:
        """Put the same commit on a new ``branch`` and open a pull request; return its number and page.

        Asked again, also after an answer was lost, it returns the one that is open.
        """

    async def merged(self, repository: str, number: int) -> tuple[Literal["open", "merged", "closed"], str]:
        """Say how a pull request stands, and the SHA it was merged as."""

    async def contains(self, repository: str, branch: str, sha: str) -> bool:
        """Say whether ``branch`` holds ``sha``: a fork's commit can be named, and is in no branch of ours."""

    async def file_at(self, repository: str, path: str, sha: str) -> str:
        """Return a file's text as of ``sha``."""

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

    async def pre_deploy(self, target: Target, deployment_id: str) -> PreDeploy | None:
        """Return how the command before the start, which migrates, is doing; None where there is none."""

    async def can_roll_back(self, target: Target, deployment_id: str) -> bool:
        """Say whether the vendor still keeps the image of a deployment."""

    async def roll_back(self, target: Target, deployment_id: str) -> None:
        """Bring a deployment's image back; never repeated on its own. It shows as a new deployment."""

    async def auto_deploys(self, target: Target) -> bool | None:
        """Say whether a push deploys by itself; None where that does not exist or cannot be told."""

    async def set_auto_deploys(self, target: Target, on: bool) -> None:  # noqa: FBT001 - a switch's position
        """Have pushes deploy by themselves, or not."""


class Errors(Protocol):
    """Who counts errors, and wants to know of releases: Sentry."""

    async def record_release(
        self, version: str, *, project: str, repository: str, sha: str, previous_sha: str, url: str
    ) -> None:
        """Make a release known."""

    async def record_deploy(
        self,
        version: str,
        *,
        environment: str,
        project: str,
        name: str,
        url: str,
        started: datetime,
        finished: datetime,
    ) -> None:
        """Record that a release went live; the same ``name`` once."""

    async def errors(
        self,
        project: str,
        environment: str,
        *,
        start: datetime,
        end: datetime,
        bucket: int,
        release: str = "",
        tag: tuple[str, str] = ("", ""),
    ) -> Series:
        """Count errors in whole, complete buckets; of one ``release``, or with one ``tag``, where given.

        A ``tag`` without a value: with that tag, whatever it says.
        """

    async def unhandled_since(
        self, project: str, environment: str, *, since: datetime, tag: tuple[str, str]
    ) -> tuple[NewIssue, ...]:
        """Return unhandled issues first seen since ``since``, with ``tag`` where it has a name."""

    async def crash_free(self, project: str, environment: str, *, release: str) -> CrashFree | None:
        """Return how many sessions of a release did not crash in the last day; None: Sentry has none."""

    async def new_issues(
        self, version: str, *, project: str, environment: str, since: datetime
    ) -> tuple[NewIssue, ...]:
        """Return unhandled issues first seen in a release."""


class People(Protocol):
    """Who knows who holds which role."""

    async def allowed(self, user: str, roles: tuple[str, ...], *, fresh: bool = False) -> bool:
        """Say whether ``user`` holds one of ``roles``; ``fresh``: ask Slack now."""

    async def members(self, roles: tuple[str, ...]) -> tuple[str, ...]:
        """Return everybody who holds one of ``roles``."""

    def who_can(self, roles: tuple[str, ...]) -> str:
        """Name those who hold one of ``roles``, as mrkdwn mentions."""


class Reactions(Protocol):
    """Who reads the reactions on a message."""

    async def on(self, channel: str, ts: str) -> Mapping[str, frozenset[str]]:
        """Return users by emoji."""


class Holds(Protocol):
    """Who knows the locks and freezes."""

    async def blocking(self, service: str, environment: str, user: str, *, emergency: bool) -> Blocking:
        """Say what stops a deploy there, if something does."""

    def refusal(self, blocking: Blocking) -> tuple[Reason, str] | None:
        """Say why it is refused: who, since when, why, and the command that frees it; None when free."""

    async def hold_after_rollback(
        self, run_id: int, service: str, environment: str, *, reason: str, auto_deploy_off: bool
    ) -> Hold:
        """Keep what a rollback brought back; the same run twice is one lock."""


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
    consents: ConsentStore
    holds: Holds
    soaks: SoakStore
    signals: SignalsStore
    posts: PostsStore
    people: People
    reactions: Reactions
    errors: Errors | None
    """None where no Sentry is configured."""
    dispatchers: dict[tuple[str, str], Shipper]
    """Who starts workflows besides deploys, by service or app and environment."""
    expo: Expo | None = None
    """None where no app is at Expo, or without its token."""
    stores: Stores = field(default_factory=dict)
    devices: DevicesStore | None = None
    """None only where no app is built."""
    nudges: Nudges = field(default_factory=Nudges)
    """Rings ``build:ID`` and ``submission:ID`` (Expo's message came) and ``store:APP`` (Apple's did)."""
