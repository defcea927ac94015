"""How fast we may speak: Slack's limits kept on our side, so that it never has to refuse.

A refusal stops everything for seconds; a wait stops one message. Limits: posting about one a second in each
channel, editing 50 a minute altogether (https://docs.slack.dev/apis/web-api/rate-limits/).

Whoever begins does not know what an earlier life used up just before, and takes what that must have left.
"""

from datetime import datetime

from bot.clock import Clock

BURST = 3
"""New messages one channel may get at once; Slack bears a few more."""
_FIRST = 2
"""Of them right after the start."""
_YOUNG = 5.0
"""Seconds after the start in which an earlier life may have spoken just before."""
_ROOM = 0.8
"""Of what Slack allows at once; others may use the app's token too, and clocks differ."""
_KEPT = (0.0, 0.1, 0.4)
"""Share of the edits kept for what is more urgent: for cards of runs, of alerts, for mere counts."""


class _Bucket:
    def __init__(self, capacity: float, per_second: float, at: datetime, *, level: float) -> None:
        self._capacity, self._per_second = capacity, per_second
        self._level, self._at = level, at

    def wait(self, now: datetime, kept: float) -> float:
        """Return the seconds until one may be taken and ``kept`` (a share) are left."""
        passed = max(0.0, (now - self._at).total_seconds())
        self._level = min(self._capacity, self._level + passed * self._per_second)
        self._at = now
        lacking = 1 + kept * self._capacity - self._level
        return max(0.0, lacking / self._per_second)

    def take(self) -> None:
        self._level -= 1


class Pace:
    """One per process that speaks."""

    def __init__(self, clock: Clock, *, between_posts: float, edits_a_minute: int) -> None:
        self._clock = clock
        self._between_posts = between_posts
        self._posts: dict[str, _Bucket] = {}
        self._began = clock.now()
        room = edits_a_minute * _ROOM
        self._edits = _Bucket(room, room / 60, self._began, level=edits_a_minute - room)

    def wait(self, channel: str, *, edit: bool, urgency: int) -> float:
        """Return the seconds until a message may be sent to ``channel``, or edited."""
        now = self._clock.now()
        if edit:
            return self._edits.wait(now, _KEPT[urgency])
        level = _FIRST if (now - self._began).total_seconds() < _YOUNG else BURST
        fresh = _Bucket(BURST, 0.95 / self._between_posts, now, level=level)
        bucket = self._posts.setdefault(channel, fresh)
        return bucket.wait(now, 0.0)

    def took(self, channel: str, *, edit: bool) -> None:
        """Note that one was sent."""
        if edit:
            self._edits.take()
        elif channel in self._posts:
            self._posts[channel].take()
