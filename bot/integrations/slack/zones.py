"""People's time zones, as set in their Slack profiles. Forgotten with the process; an hour old at most."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog

from bot.clock import Clock
from bot.engine.when import find_zone
from bot.errors import VendorError
from bot.integrations.slack.calls import SlackWeb

log = structlog.get_logger(__name__)

_FRESH = timedelta(hours=1)
_MOST = 1000


class Zones:
    """Asks ``users.info`` (https://docs.slack.dev/reference/methods/users.info)."""

    def __init__(self, slack: SlackWeb, clock: Clock) -> None:
        self._slack = slack
        self._clock = clock
        self._known: dict[str, tuple[ZoneInfo | None, datetime]] = {}

    async def zone(self, user: str) -> ZoneInfo | None:
        """Return the zone ``user`` set; None when Slack does not say or is away."""
        now, known = self._clock.now(), self._known.get(user)
        if known is not None and now - known[1] < _FRESH:
            return known[0]
        try:
            answer = await self._slack.call("users.info", "asking for a time zone", user=user)
        except VendorError as error:
            log.warning("a time zone is not known", user=user, trouble=str(error))
            return None
        profile = answer.get("user")
        name = profile.get("tz") if isinstance(profile, dict) else None
        zone = find_zone(name) if isinstance(name, str) else None
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[user] = zone, now
        return zone
