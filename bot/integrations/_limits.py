"""Read how long a vendor wants us to wait. Pure: headers and words in, seconds out."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

RETRYABLE = frozenset({408, 425, 429, 500, 502, 503, 504})
LONGEST_WAIT = 3600.0
"""Seconds; GitHub's windows are an hour long. A vendor that names more must not put a run to sleep."""
SECONDARY_WAIT = 60.0
"""Seconds GitHub asks for when a secondary limit comes without a header
(https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api)."""
APPLE_BURST_WAIT = 60.0
APPLE_HOUR_WAIT = 600.0
"""Seconds for Apple, who names what is left of a rolling hour and no wait: too much in a minute, or in the
hour (https://developer.apple.com/documentation/appstoreconnectapi/identifying-rate-limits)."""
_EPOCH_FROM = 1_000_000_000
"""A reset value above this is a point in time; below, a number of seconds."""


def is_limited(status: int, headers: Mapping[str, str], said: str) -> bool:
    """Say whether an answer means "too many requests"; GitHub says it with 403 as well as 429."""
    if status == 429:
        return True
    if status != 403:
        return False
    words = said.lower()
    return (
        headers.get("x-ratelimit-remaining", "").strip() == "0"
        or "retry-after" in headers
        or "rate limit" in words
        or "abuse detection" in words
    )


def wait_asked(headers: Mapping[str, str], *, limited: bool) -> float | None:
    """Return the seconds to wait before asking again, or None when the vendor did not say.

    ``Retry-After`` wins (seconds or a date); else ``x-ratelimit-reset`` (Sentry:
    ``x-sentry-rate-limit-reset``) when ``limited``, measured against the vendor's own ``Date`` so that our
    clock does not matter.
    """
    now = _moment(headers.get("date", "")) or time.time()
    after = headers.get("retry-after", "").strip()
    if after:
        seconds = _number(after)
        if seconds is not None:
            return _within(seconds)
        moment = _moment(after)
        if moment is not None:
            return _within(moment - now)
    if not limited:
        return None
    reset = _number(headers.get("x-ratelimit-reset") or headers.get("x-sentry-rate-limit-reset", ""))
    if reset is None:
        return _apple(headers) or (SECONDARY_WAIT if "x-github-request-id" in headers else None)
    return _within(reset - now if reset > _EPOCH_FROM else reset)


def _apple(headers: Mapping[str, str]) -> float | None:
    """Read ``X-Rate-Limit: user-hour-lim:3500;user-hour-rem:0;``; it says nothing of when."""
    told = headers.get("x-rate-limit", "").replace(" ", "")
    if "user-hour-lim:" not in told:
        return None
    return APPLE_HOUR_WAIT if "user-hour-rem:0;" in f"{told};" else APPLE_BURST_WAIT


def server_time(headers: Mapping[str, str]) -> datetime | None:
    """Return the vendor's own clock, from ``Date``."""
    moment = _moment(headers.get("date", ""))
    return None if moment is None else datetime.fromtimestamp(moment, UTC)


def _within(seconds: float) -> float:
    return min(max(seconds, 0.0), LONGEST_WAIT)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value < float("inf") else None


def _moment(text: str) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp() if text else None
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
