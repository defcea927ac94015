"""Railway's answers, as far as we use them, and Railway's status words in ours. Shapes only, no requests."""

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from bot.engine.instances import Instances
from bot.engine.shipping import Phase
from bot.integrations._http import VendorModel
from bot.redact import hide

_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_SHA = re.compile(r"[0-9a-f]{40}")
_WORD = re.compile(r"[a-z][a-z0-9_-]{0,39}")

PHASES: dict[str, Phase] = {
    "QUEUED": Phase.QUEUED,
    "INITIALIZING": Phase.QUEUED,
    "WAITING": Phase.QUEUED,  # Railway's own "wait for CI"; a red CI turns it into SKIPPED
    "BUILDING": Phase.BUILDING,
    "DEPLOYING": Phase.DEPLOYING,
    "SUCCESS": Phase.LIVE,
    "SLEEPING": Phase.LIVE,  # deployed, and put to sleep for lack of traffic
    "FAILED": Phase.FAILED,
    "CRASHED": Phase.CRASHED,
    "SKIPPED": Phase.SKIPPED,
    "REMOVED": Phase.REMOVED,
    "NEEDS_APPROVAL": Phase.NEEDS_APPROVAL,
    # REMOVING is left out on purpose: it is no outcome yet, and shows raw until REMOVED comes.
}
LIVE_STATUSES = ("SUCCESS", "SLEEPING")
RUNNING = "RUNNING"
"""Of an instance: it serves."""


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


Moment = Annotated[datetime, AfterValidator(_utc)]


def _object(value: object) -> object:
    return value if isinstance(value, dict) else {}


class Meta(VendorModel):
    """``Deployment.meta``: undocumented JSON, so every key is optional and any type may come."""

    commit_hash: object = Field(default="", alias="commitHash")
    reason: object = ""

    @property
    def sha(self) -> str:
        """The full commit SHA, or empty."""
        text = self.commit_hash.lower() if isinstance(self.commit_hash, str) else ""
        return text if _SHA.fullmatch(text) else ""

    @property
    def why(self) -> str:
        """Why Railway made it, in its own word (``deploy``, ``redeploy``...), or empty."""
        text = self.reason.strip().lower() if isinstance(self.reason, str) else ""
        return text if _WORD.fullmatch(text) else ""


class Deployment(VendorModel):
    """One deployment."""

    id: str
    status: str
    """Kept as text: a word added by the vendor must not stop us."""
    created_at: Moment = Field(alias="createdAt")
    status_updated_at: Moment | None = Field(default=None, alias="statusUpdatedAt")
    can_roll_back: bool = Field(default=False, alias="canRollback")
    meta: Annotated[Meta, BeforeValidator(_object)] = Meta()

    @property
    def phase(self) -> Phase:
        """The status in our words."""
        return PHASES.get(self.status, Phase.UNKNOWN)


class Restorable(VendorModel):
    """Whether a deployment's image is kept, and where it ran."""

    can_roll_back: bool = Field(alias="canRollback")
    environment_id: str = Field(alias="environmentId")
    service_id: str | None = Field(default=None, alias="serviceId")


class AutoDeploy(VendorModel):
    """Whether a push to the connected branch deploys by itself."""

    enabled: bool


class OneInstance(VendorModel):
    """One running copy of a deployment, or one that no longer runs."""

    status: str


class ActiveDeployment(VendorModel):
    """A deployment that is in place, with its copies."""

    status: str
    instances: tuple[OneInstance, ...]


class ServiceInstance(VendorModel):
    """One service in one environment: what is in place there."""

    wanted: int | None = Field(default=None, alias="numReplicas")
    active: tuple[ActiveDeployment, ...] = Field(alias="activeDeployments")

    def to_instances(self) -> Instances:
        """Say it in our words."""
        words = [one.status for active in self.active for one in active.instances]
        return Instances(
            running=words.count(RUNNING),
            others=tuple(word.lower()[:40] for word in words if word not in (RUNNING, "REMOVED")),
            wanted=self.wanted,
            asleep=any(active.status == "SLEEPING" for active in self.active),
        )


class DeploymentEdge(VendorModel):
    """Relay's wrapping of a deployment."""

    node: Deployment


class DeploymentList(VendorModel):
    """A page of deployments."""

    edges: tuple[DeploymentEdge, ...]


class EventPayload(VendorModel):
    """What a deployment event carries."""

    error: str | None = None
    reason: str | None = None
    skipped: bool | None = None
    detail: str | None = None

    @property
    def said(self) -> str:
        """The vendor's words for it, the most telling first."""
        return hide(self.error or self.reason or self.detail or "")


class Event(VendorModel):
    """One part of a deployment: build, pre-deploy command, health check..."""

    step: str
    created_at: Moment = Field(alias="createdAt")
    completed_at: Moment | None = Field(default=None, alias="completedAt")
    payload: EventPayload | None = None


class EventEdge(VendorModel):
    """Relay's wrapping of an event."""

    node: Event


class EventList(VendorModel):
    """A page of events."""

    edges: tuple[EventEdge, ...]


class Notice(VendorModel):
    """An incident or a maintenance on Railway's status page."""

    message: str
    status: str
    url: str = ""


class PlatformStatus(VendorModel):
    """What Railway says of itself."""

    is_stable: bool = Field(alias="isStable")
    incident: Notice | None = None
    maintenance: Notice | None = None


class LogLine(VendorModel):
    """One line of a log."""

    timestamp: str
    message: str

    @property
    def lines(self) -> tuple[str, ...]:
        """The message without colours, line by line, empty ones left out."""
        plain = _ANSI.sub("", self.message)
        return tuple(line.rstrip() for line in plain.splitlines() if line.strip())


class Named(VendorModel):
    """Anything with a name."""

    name: str


class ProjectToken(VendorModel):
    """What a project token opens."""

    project: Named
    environment: Named


class WorkspaceToken(VendorModel):
    """What a workspace or account token opens."""

    workspaces: tuple[Named, ...]
