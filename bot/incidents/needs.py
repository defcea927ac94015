"""What incidents need of the world, in their own words. Whoever has these methods will do."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from bot.clock import Clock
from bot.db.incident_jobs_store import IncidentJobsStore
from bot.db.incident_reports_store import IncidentReportsStore
from bot.db.incidents_reader import IncidentsReader
from bot.db.incidents_store import IncidentsStore
from bot.db.posts_store import PostsStore
from bot.engine.alerts import AlertList, AlertView
from bot.engine.holding import Held, Taken
from bot.engine.incidents import Finding
from bot.engine.runs import RunView
from bot.incidents.looks.needs import LookPlace
from bot.pipelines.needs import Cards
from bot.pipelines.requests import (
    DeployRequest,
    OrderRequest,
    ReleaseRequest,
    RollbackRequest,
    UpdateBackRequest,
    UpdateRequest,
    WorkflowRequest,
)
from bot.project import Project
from playbooks.models import Playbook
from playbooks.steps import Probe


class Looker(Protocol):
    """Who looks; never raises: what could not be seen is unknown."""

    async def look(self, probe: Probe, place: LookPlace, *, since: datetime) -> Finding:
        """Look once."""


class Runs(Protocol):
    """Who starts runs; the same key is the same run."""

    async def deploy(self, request: DeployRequest) -> RunView:
        """Start a deploy."""

    async def rollback(self, request: RollbackRequest) -> RunView:
        """Start going back."""

    async def run_workflow(self, request: WorkflowRequest) -> RunView:
        """Start a workflow."""


class Updates(Protocol):
    """Who starts updates over the air, and their ways back; the same key is the same run."""

    async def update(self, request: UpdateRequest) -> RunView:
        """Start an update."""

    async def take_back(self, request: UpdateBackRequest) -> RunView:
        """Start taking one back."""


class Releases(Protocol):
    """Who starts releases, and orders to the stores; the same key is the same run."""

    async def release(self, request: ReleaseRequest) -> RunView:
        """Start a release."""

    async def order(self, request: OrderRequest) -> RunView:
        """Start an order."""


class Locks(Protocol):
    """Who keeps locks."""

    async def lock(
        self, key: str, *, service: str, environment: str, by: str, reason: str, until: datetime | None
    ) -> Taken | Held:
        """Lock a place."""


class Said(Protocol):
    """A message in Slack."""

    @property
    def author(self) -> str:
        """Slack user id; empty: an app."""

    @property
    def text(self) -> str:
        """Its words."""

    @property
    def thread_ts(self) -> str:
        """Whose thread it is in; empty: in no thread."""

    @property
    def permalink(self) -> str:
        """Its address."""


class Rooms(Protocol):
    """Who makes channels and reads messages. Methods raise ``VendorError``."""

    async def create(self, name: str) -> str:
        """Make a channel; return its id."""

    async def find(self, name: str) -> str | None:
        """Return a channel we made."""

    async def invite(self, channel: str, users: Sequence[str]) -> tuple[str, ...]:
        """Let people in; return those who could not be."""

    async def topic(self, channel: str, text: str) -> None:
        """Set what it is about."""

    async def archive(self, channel: str) -> None:
        """Archive it."""

    async def message(self, channel: str, ts: str) -> Said:
        """Return one message."""


class Names(Protocol):
    """Who knows how people are called."""

    async def names(self, users: Iterable[str]) -> Mapping[str, str]:
        """Return names by user id; whom nobody knows is left out. Never raises."""


class Orchestrator(Protocol):
    """Who is told of incidents by webhook. Raises ``VendorError``."""

    async def send(self, message_id: str, kind: str, body: Mapping[str, object]) -> None:
        """Send; the same id twice is one message."""


class Members(Protocol):
    """Who knows who holds roles."""

    async def members(self, roles: tuple[str, ...]) -> tuple[str, ...]:
        """Return everybody who holds one of ``roles``."""


class AlertDesk(Protocol):
    """Who has the alerts."""

    async def alert(self, alert_id: int) -> AlertView:
        """Return one; raises ``UserError``."""

    async def attach(self, alert_id: int, by: str, incident: str) -> AlertView:
        """Write on an alert's card which incident it belongs to."""

    async def list(self, which: Literal["open", "mine", "muted"], user: str) -> AlertList:
        """Return those that fire."""


class RunsReader(Protocol):
    """Who knows the runs."""

    async def history(self, environment: str | None, *, limit: int) -> tuple[RunView, ...]:
        """Return the newest."""

    async def view(self, run_id: int) -> RunView | None:
        """Return one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class IncidentKit:
    """Everything the flow of incidents works with, made by ``bot/incident_parts.py``."""

    project: Project
    playbooks: Mapping[str, Playbook]
    store: IncidentsStore
    reader: IncidentsReader
    jobs: IncidentJobsStore
    reports: IncidentReportsStore
    posts: PostsStore
    looker: Looker
    runs: Runs
    updates: Updates
    releases: Releases
    history: RunsReader
    locks: Locks
    rooms: Rooms
    names: Names
    people: Members
    alerts: AlertDesk | None
    """None where there are no alerts."""
    orchestrator: Orchestrator | None
    """None where nobody outside is told."""
    mention: Callable[[tuple[str, ...]], str]
    """Makes mrkdwn that notifies the holders of roles."""
    cards: Cards
    clock: Clock
    tell: Callable[[], None]
    """Wakes whoever does jobs."""
