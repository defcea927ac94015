"""What a deployment at a vendor looks like to us, whoever the vendor is. Words only, no decisions on I/O."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """Where a commit goes: one service in one environment, with the vendor's own ids."""

    service: str
    environment: str
    repository: str
    """``owner/name`` on GitHub."""
    branch: str
    """The repository's default branch; a workflow is dispatched on it."""
    railway_project: str
    railway_service: str
    railway_environment: str
    workflow: str
    """Workflow file name when the method is ``github-workflow``, e.g. ``backend-deploy.yml``."""
    inputs: Mapping[str, str] = field(default_factory=dict)
    """What a workflow is sent besides ``OWN_INPUTS``."""


OWN_INPUTS = frozenset({"sha", "environment", "service", "pawdeploy_run"})
"""What every workflow is sent, and by what its run is known again."""


class Phase(StrEnum):
    """The vendor's word for a deployment, in ours."""

    QUEUED = "queued"
    BUILDING = "building"
    DEPLOYING = "deploying"
    LIVE = "live"
    FAILED = "failed"
    CRASHED = "crashed"
    SKIPPED = "skipped"
    REMOVED = "removed"
    NEEDS_APPROVAL = "needs_approval"
    UNKNOWN = "unknown"
    """A status we do not know: shown raw, waited on, never taken for success."""


TERMINAL = frozenset({Phase.LIVE, Phase.FAILED, Phase.CRASHED, Phase.SKIPPED, Phase.REMOVED})


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """One look at a deployment."""

    phase: Phase
    raw: str
    """The vendor's own status word."""
    page: str
    """The vendor's page for this deployment."""
    failing: str = ""
    """Which part failed and what the vendor said of it, e.g. ``PRE_DEPLOY_COMMAND: exit code 1``."""
    failed_step: str = ""
    """The vendor's own word for that part, nothing else: ``PRE_DEPLOY`` (below) when migrations failed."""


PRE_DEPLOY = "PRE_DEPLOY_COMMAND"
"""Railway's step that runs migrations, between build and start; it is never retried
(https://docs.railway.com/deployments/pre-deploy-command)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PreDeploy:
    """How the command that runs before the new code, usually the migrations, is doing."""

    state: Literal["running", "done", "failed", "skipped", "none"]
    """``none``: the vendor has told of no such command, so far."""
    said: str = ""
    """The vendor's words, when it failed or was skipped."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shipment:
    """A deployment that exists at the vendor."""

    id: str
    sha: str
    """Full commit SHA, or empty when the vendor does not say."""
    page: str
    since: datetime | None = None
    """When the vendor made it; for what is live, when it went live. Aware UTC, the vendor's clock."""
    run: int | None = None
    """The run that started it, where the vendor carries our number."""
    can_roll_back: bool = False
    """Whether the vendor still keeps its image, so that it can be brought back without a build."""
    reason: str = ""
    """The vendor's word for why it was made (``deploy``, ``redeploy``, ``rollback``...), where it tells."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Platform:
    """What the vendor says of itself before we start."""

    stable: bool
    note: str = ""
