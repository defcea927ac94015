"""Rate limits: a bucket of calls per method (and per channel for posting) that refills with time."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.workspace.errors import RateLimited
from sandbox.workspace.timing import Limits

TIERS = {
    "chat.update": 3, "chat.delete": 3, "chat.postEphemeral": 4, "chat.getPermalink": 4,
    "reactions.get": 3, "reactions.add": 3, "reactions.remove": 2,
    "usergroups.list": 2, "usergroups.users.list": 2,
    "users.info": 4, "users.list": 2, "users.lookupByEmail": 3,
    "views.open": 4, "views.update": 4, "views.push": 4,
    "conversations.info": 3, "conversations.members": 4, "conversations.list": 2,
    "conversations.history": 3, "conversations.replies": 3, "conversations.open": 3,
    "conversations.create": 2, "conversations.invite": 3,
    "conversations.setTopic": 2, "conversations.archive": 2, "pins.list": 2,
    "files.getUploadURLExternal": 4, "files.completeUploadExternal": 4, "files.info": 4,
    "auth.test": 4, "apps.connections.open": 3,
}  # fmt: skip
"""Tier of each method; ``chat.postMessage`` has a rule of its own. ``apps.connections.open`` is
documented as tier 1 in one place and 3 in another; the milder is used."""


@dataclass(slots=True)
class _Bucket:
    capacity: float
    per_second: float
    level: float
    at: float

    def take(self, now: float) -> float:
        """Take one; return 0, or the seconds until there is one to take."""
        self.level = min(self.capacity, self.level + (now - self.at) * self.per_second)
        self.at = now
        if self.level >= 1:
            self.level -= 1
            return 0.0
        return (1 - self.level) / self.per_second


class RateLimiter:
    """Counts every Web API call of the app."""

    def __init__(self, limits: Limits, clock: Callable[[], float]) -> None:
        self._limits = limits
        self._clock = clock
        self._buckets: dict[str, _Bucket] = {}

    def check(self, method: str, channel: str) -> None:
        """Let one call through or raise ``RateLimited``."""
        if method == "chat.postMessage":
            key, capacity = f"{method} {channel}", float(self._limits.posts_burst)
            per_second = self._limits.posts_per_second
        else:
            capacity = float(self._limits.per_minute[TIERS.get(method, 3) - 1])
            key, per_second = method, capacity / 60
        now = self._clock()
        bucket = self._buckets.setdefault(key, _Bucket(capacity, per_second, capacity, now))
        if (wait := bucket.take(now)) > 0:
            raise RateLimited(max(1, math.ceil(wait)))
