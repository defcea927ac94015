"""Every duration and limit the simulated Slack keeps, in one place so that a test can shrink it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Timings:
    """Durations in seconds; the defaults are Slack's own."""

    ack: float = 3.0
    """How long the app has to acknowledge a payload."""
    trigger: float = 3.0
    """How long a trigger id opens a form."""
    retries: tuple[float, ...] = (0.0, 60.0, 300.0)
    """Pauses before an event that was not acknowledged is sent again."""
    response_url: float = 1800.0
    response_url_uses: int = 5
    ticket: float = 30.0
    """How long a Socket Mode address may be used for the first time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many calls are let through (https://docs.slack.dev/apis/web-api/rate-limits/)."""

    per_minute: tuple[int, int, int, int] = (1, 20, 50, 100)
    """Sustained calls a minute for tiers 1 to 4; a whole minute's worth may come at once."""
    posts_per_second: float = 1.0
    """``chat.postMessage`` to one channel."""
    posts_burst: int = 5
    """How many of them may come at once."""
    connections: int = 10
    """Socket Mode connections of one app."""
