"""Decide whether a lock or a freeze stops a run. Knows who holds what, not how it is said or released."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from bot.engine.freeze import Frozen, Window, frozen

PAWDEPLOY = "pawdeploy"
"""Who holds a rollback's lock: nobody's own, so it stops everybody until a person unlocks."""
_NEVER = datetime.max.replace(tzinfo=UTC)


class HoldKind(StrEnum):
    """What a hold is."""

    LOCK = "lock"
    """One person keeps the environment for themselves, or a rollback keeps it as it is."""
    FREEZE = "freeze"
    """Nobody ships for a while, but for an emergency."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Hold:
    """One lock or freeze. Times are aware UTC."""

    id: int
    kind: HoldKind
    service: str
    """Empty means every service."""
    environment: str
    by: str
    """Slack user id, or ``pawdeploy`` for a rollback's lock."""
    since: datetime
    until: datetime | None
    """None: until somebody ends it."""
    reason: str
    """As typed: renderers escape it."""
    run_id: int | None = None
    """The rollback that locked."""
    auto_deploy_off: bool = False
    """The vendor's auto-deploy was switched off with it, and unlocking offers to switch it on."""

    def holds(self, *, service: str, environment: str, now: datetime) -> bool:
        """Say whether it is in force there; one that seems to begin later (a clock moved back) is."""
        there = self.service in {"", service} and self.environment == environment
        return there and (self.until is None or now < self.until)


@dataclass(frozen=True, slots=True)
class Free:
    """Nothing stops the run."""


@dataclass(frozen=True, slots=True)
class Locked:
    """Somebody else's lock, or a rollback's."""

    hold: Hold


@dataclass(frozen=True, slots=True)
class FrozenBy:
    """A freeze that a person set."""

    hold: Hold


@dataclass(frozen=True, slots=True)
class FrozenWindow:
    """A freeze window of the configuration. Times are aware UTC."""

    window: Window
    since: datetime
    until: datetime


Blocking = Free | Locked | FrozenBy | FrozenWindow


def blocking(
    holds: tuple[Hold, ...],
    windows: tuple[Window, ...],
    *,
    service: str,
    environment: str,
    user: str,
    emergency: bool,
    now: datetime,
) -> Blocking:
    """Say what stops ``user`` from shipping there now; ``windows`` are those of this environment.

    A rollback's lock stops everybody, a person's lock everybody but them, emergency or not. A freeze stops
    everybody but an emergency. The hardest to get past is named first, of equals the one that lasts longest.
    """
    here = [hold for hold in holds if hold.holds(service=service, environment=environment, now=now)]
    here.sort(key=lambda hold: (hold.by == PAWDEPLOY, hold.until or _NEVER, -hold.id), reverse=True)
    for hold in here:
        if hold.kind is HoldKind.LOCK and (hold.by == PAWDEPLOY or hold.by != user):
            return Locked(hold)
    if emergency:
        return Free()
    for hold in here:
        if hold.kind is HoldKind.FREEZE:
            return FrozenBy(hold)
    match frozen(windows, now):
        case Frozen(window, since, until):
            return FrozenWindow(window, since, until)
        case _:
            return Free()
