"""Decide whether a commit has lived in an environment long enough. Knows observations, not who makes them.

Only observed good time counts: healthy, no open alert, this commit live. Unobserved time counts nothing, and
every commit has its own clock. Take a fresh sample right before ``judge``: it knows nothing newer.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

UNOBSERVED = "not observed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """An unbroken stretch in which looks found the same. Times are aware UTC."""

    sha: str
    """Full SHA that was live."""
    good: bool
    start: datetime
    end: datetime
    why: str = ""
    """Why it was not good: ``health: HTTP 503``. What stands before the colon is its kind."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """One look at an environment; fields as in ``Span``."""

    sha: str
    good: bool
    at: datetime
    why: str = ""


@dataclass(frozen=True, slots=True)
class Grow:
    """The last stretch goes on and now ends at ``end``."""

    end: datetime


@dataclass(frozen=True, slots=True)
class Start:
    """A new stretch begins, with no length yet."""

    span: Span


@dataclass(frozen=True, slots=True)
class Lost:
    """Time of this commit that did not count, in seconds, and why."""

    seconds: float
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Soaked:
    """Long enough: ``seconds`` of good time, the first of it at ``since``."""

    seconds: float
    since: datetime
    lost: tuple[Lost, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class NotSoaked:
    """Not yet, or not while it is in trouble."""

    seconds: float
    """Good time so far."""
    left: float
    """Good time still missing, in seconds; 0 when only ``trouble`` stands in the way."""
    live_now: bool
    """The newest look found this commit; otherwise its clock stands still."""
    trouble: str = ""
    """What the newest look found wrong with this commit; empty when nothing."""
    since: datetime | None = None
    """When it was first seen good; None when it never was."""
    lost: tuple[Lost, ...] = ()


def _kind(why: str) -> str:
    return why.split(":", 1)[0].strip()


def extend(last: Span | None, sample: Sample, gap: float) -> Grow | Start:
    """Say how ``sample`` continues the stretch ``last``; looks more than ``gap`` seconds apart do not join.

    A sample a little older than the stretch's end (the clock moved back) changes nothing; one much older
    begins a stretch of its own, and ``judge`` counts no moment twice. The time between a good and a bad look
    counts for neither.
    """
    fresh = Start(Span(sha=sample.sha, good=sample.good, start=sample.at, end=sample.at, why=sample.why))
    if last is None or (last.sha, last.good) != (sample.sha, sample.good):
        return fresh
    if _kind(last.why) != _kind(sample.why) or abs((sample.at - last.end).total_seconds()) > gap:
        return fresh
    return Grow(max(last.end, sample.at))


def _union(spans: Iterable[Span]) -> list[tuple[datetime, datetime]]:
    """Return the time covered, sorted, nothing twice."""
    joined: list[tuple[datetime, datetime]] = []
    for start, end in sorted((span.start, span.end) for span in spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _seconds(spans: Iterable[Span]) -> float:
    """Return how long the time covered is, nothing twice; exact, as dates are."""
    return sum((end - start for start, end in _union(spans)), start=timedelta()).total_seconds()


def _lost(spans: tuple[Span, ...], sha: str) -> tuple[Lost, ...]:
    bad = [span for span in spans if span.sha == sha and not span.good]
    kinds = dict.fromkeys(_kind(span.why) for span in bad)
    lost = [Lost(_seconds(span for span in bad if _kind(span.why) == kind), kind) for kind in kinds]
    unseen = sum(
        max(0.0, (after.start - before.end).total_seconds())
        for before, after in pairwise(spans)
        if before.sha == after.sha == sha
    )
    return tuple(item for item in (*lost, Lost(unseen, UNOBSERVED)) if item.seconds > 0)


def judge(spans: tuple[Span, ...], sha: str, needed: float) -> Soaked | NotSoaked:
    """Judge ``sha`` by ``spans`` of one environment, in the order they were observed; ``needed`` in seconds.

    A moment that counts both as good and as anything else (a clock moved back) is not good. The commit need
    not be live any more; but while the newest look finds it live and in trouble, it has not soaked.
    """
    other = [span for span in spans if not (span.good and span.sha == sha)]
    seconds = _seconds(spans) - _seconds(other)
    newest = spans[-1] if spans else None
    live_now = newest is not None and newest.sha == sha
    trouble = "" if newest is None or not live_now or newest.good else newest.why or "not healthy"
    since = min((span.start for span in spans if span.good and span.sha == sha), default=None)
    lost = _lost(spans, sha)
    if since is not None and seconds >= needed and not trouble:
        return Soaked(seconds=seconds, since=since, lost=lost)
    return NotSoaked(
        seconds=seconds,
        left=max(0.0, needed - seconds),
        live_now=live_now,
        trouble=trouble,
        since=since,
        lost=lost,
    )
