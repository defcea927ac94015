"""What people ask of incidents, as frozen facts. Shapes only."""

from dataclasses import dataclass
from datetime import datetime

from bot.engine.incidents import IncidentView, Sev


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenRequest:
    """Opening an incident. ``key`` names the delivery or the trigger: the same key is the same incident."""

    key: str
    playbook: str
    headline: str
    by: str
    """Slack user id; ``pawdeploy``: by itself."""
    drill: bool = False
    another: bool = False
    """Open one though there is one of the same kind."""
    alert: int | None = None
    run: int | None = None
    service: str = ""
    environment: str = ""
    severity: Sev | None = None
    channel: str = ""
    """Where its card goes; empty: where the project file says."""
    why: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class SameKind:
    """There is an open incident of the kind somebody wanted to open: they may join it, or open another."""

    incident: IncidentView
    asked: OpenRequest


@dataclass(frozen=True, kw_only=True, slots=True)
class ResolveRequest:
    """What whoever ends an incident writes."""

    summary: str
    cause: str
    by: str
    follow_ups: tuple[str, ...] = ()
    mitigated_at: datetime | None = None
    noisy_ok: bool = False
    """Resolve though alerts still fire."""
