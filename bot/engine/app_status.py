"""An app as people see it now: over the air, at Expo, at the stores, by its sessions. Frozen facts."""

from dataclasses import dataclass, field

from bot.engine.crash_free import CrashFree
from bot.engine.mobile import AppPlatform, Build, UpdateGroup
from bot.engine.runs import RunView
from bot.engine.stores import StoreVersion


@dataclass(frozen=True, kw_only=True, slots=True)
class AppStatus:
    """One app in one environment, as observed just now."""

    app: str
    environment: str
    branch: str = ""
    """Empty: no updates over the air go there."""
    paused: bool = False
    """Whether the channel is: then nobody gets anything."""
    updates: tuple[UpdateGroup, ...] = ()
    """The newest group of each runtime that has one, newest first."""
    builds: dict[AppPlatform, Build] = field(default_factory=dict)
    """The newest finished production build of each platform."""
    stores: tuple[StoreVersion, ...] = ()
    """What each store has that matters now: live, going out, under review."""
    crash_free: tuple[CrashFree, ...] = ()
    """Of the release that is live, where Sentry has sessions of it."""
    active: tuple[RunView, ...] = ()
    """Runs of the app under way, oldest first."""
    last: RunView | None = None
    trouble: tuple[str, ...] = ()
    """Why something above is unknown, plain sentences."""
