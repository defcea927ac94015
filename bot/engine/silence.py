"""Whether a source that usually speaks has been silent for longer than is usual. Pure.

Usual is what the last deliveries show: the longest pauses between them, with room; a quiet night must not
wake anybody, so a silence is never unusual before a floor.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

LEAST = 20
"""With fewer deliveries nothing is usual yet."""
ROOM = 2.0
"""Times the longest usual pause."""


def unusual_after(deliveries: Sequence[datetime], *, floor: timedelta) -> timedelta | None:
    """Return how long a silence must last to be unusual; None while too little is known.

    ``deliveries`` in any order, the newest few hundred.
    """
    if len(deliveries) < LEAST:
        return None
    times = sorted(deliveries)
    longest = max(later - earlier for earlier, later in pairwise(times))
    return max(floor, longest * ROOM)


def silent_for(deliveries: Sequence[datetime], now: datetime, *, floor: timedelta) -> timedelta | None:
    """Return how long it has been silent, when that is unusual; else None."""
    limit = unusual_after(deliveries, floor=floor)
    if limit is None:
        return None
    silent = now - max(deliveries)
    return silent if silent > limit else None
