"""Alerts and health in ``pawdeploy.toml``: where they go, who hears of them, what is watched. Shapes only."""

from typing import Annotated, Literal

from pydantic import Field, HttpUrl

from bot.engine.alerts import Severity, Source
from bot.shapes import ChannelId, Name, Seconds, Strict, Whole

ClockTime = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
"""``22:00``, 24 hours."""
Variable = Annotated[str, Field(pattern=r"^([A-Z][A-Z0-9_]{2,60})?$")]
"""Name of an environment variable; empty: none."""
Playbook = Annotated[str, Field(pattern=r"^([a-z][a-z0-9-]{0,30})?$")]
"""Name of a playbook; empty: none."""


class Quiet(Strict):
    """Hours in which nobody is mentioned, unless it is critical."""

    starts: ClockTime
    ends: ClockTime
    timezone: str
    """As the IANA database has it, e.g. ``Europe/Berlin``."""


class Rule(Strict):
    """What to do with some alerts; the first rule that fits decides. What is left out fits everything."""

    source: tuple[Source, ...] = ()
    service: tuple[Name, ...] = ()
    environment: tuple[Name, ...] = ()
    severity: tuple[Severity, ...] = ()
    tags: dict[str, str] = Field(default={})
    """All of these must stand on the alert with these values; ``*`` is any value."""
    channel: ChannelId | None = None
    mention: tuple[str, ...] = ()
    """Roles to mention when it opens or comes back."""
    set_severity: Severity | None = None
    playbook: Playbook = ""
    quiet: Quiet | None = None


class Alerts(Strict):
    """Where alerts go. Without this section there are none."""

    channel: ChannelId
    """Where cards go that no rule sends elsewhere."""
    ops: ChannelId | None = None
    """Where cards go when Slack will not take them in their own channel; none: the deploys channel."""
    roles: tuple[str, ...] = ()
    """Who may press the buttons; empty: everybody who sees the card."""
    rules: tuple[Rule, ...] = ()
    still_firing: Seconds = 600
    """Resolving warns when it happened within that time."""
    introduced: Seconds = 1_800
    """What begins within that time after a deploy is put down to it."""
    recount: Seconds = 15
    """Between two edits of a card in which only counts changed."""
    storm_groups: Annotated[Whole, Field(ge=2, le=50)] = 8
    """More new groups than this within ``storm_window`` in one channel fold into one card with a thread."""
    storm_window: Seconds = 60
    storm_calm: Seconds = 300
    """A storm is over when no group has joined it for so long."""
    grace: Seconds = 5
    """How long a new Sentry alert waits for what Sentry knows of it before its card is posted."""
    backfill: Seconds = 300
    """Between two looks at Sentry for what was not delivered."""
    silence: Seconds = 21_600
    """Silence of Sentry is never called unusual before this, however often it usually speaks."""


class Dependency(Strict):
    """Something our services stand on."""

    name: Name
    kind: Literal["supabase", "upstash", "redis", "statuspage"]
    url: HttpUrl | None = None
    """Of Upstash's REST API, or of a status page."""
    project: str = ""
    """Supabase's project ref."""
    token: Variable = ""
    """Name of the environment variable that holds the token; for ``redis`` the whole address."""


class HealthMonitor(Strict):
    """How health is watched between deploys. Without this section it is not."""

    interval: Seconds = 30
    recheck: Seconds = 5
    """Between looks while unsure."""
    timeout: Seconds = 10
    down_after: Annotated[Whole, Field(ge=1, le=20)] = 3
    """Failures in a row until it is down."""
    up_after: Annotated[Whole, Field(ge=1, le=20)] = 2
    """Successes in a row until it is up again."""
    flap_high: Annotated[float, Field(gt=0, le=100)] = 20.0
    """Percent of change over 21 looks from which on it is flapping."""
    flap_low: Annotated[float, Field(ge=0, lt=100)] = 5.0
    """Percent below which it is not any more."""
    page_every: Seconds = 120
    """Between two looks at a status page or a vendor's API."""
    dependencies: tuple[Dependency, ...] = ()
