"""Asking for a hold, and what comes of it. Facts only; what a hold stops is ``engine/holds.py``'s to say."""

from dataclasses import dataclass
from datetime import datetime

from bot.engine.holds import Hold, HoldKind


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """A hold somebody asks for. ``key`` names the delivery: the same key is the same hold."""

    key: str
    kind: HoldKind
    service: str
    """Empty: every service of the environment."""
    environment: str
    by: str
    """Slack user id, or ``pawdeploy`` after a rollback."""
    until: datetime | None
    reason: str
    """As typed."""
    run_id: int | None = None
    auto_deploy_off: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """The hold is theirs; ``renewed`` when it was already and only its reason and end changed."""

    hold: Hold
    renewed: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody else's lock is there; nothing was changed."""

    hold: Hold
