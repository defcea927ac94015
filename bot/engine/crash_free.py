"""How stable a release is by its sessions. Sentry counts them by the hour: the last hour is not in it."""

from datetime import datetime

from bot.engine.mobile import Fact

GRAIN = 3600
"""Seconds; nothing finer can be asked for (https://docs.sentry.io/api/releases/retrieve-release-health-session-statistics/)."""


class CrashFree(Fact):
    """Sessions of one release, and how many of them ended well."""

    release: str
    sessions: int
    rate: float
    """0 to 1."""
    until: datetime
    """End of the newest whole hour in it."""
