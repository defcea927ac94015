"""What a picture of the error rate shows, as data that goes to the drawing process. Draws nothing."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, assert_never, get_args

from bot.engine.errors_verdict import Kind
from bot.engine.errors_watch import Bucket, Plan, Series
from bot.engine.errors_words import number, span

SHOWN = 2700.0
"""Seconds before the deploy that are drawn; the rate before is the mean of the whole baseline."""
LONGEST = 2000
"""Points a chart may have."""
DRAWN = 300
"""Bars on either side of the deploy that can be told apart; more are joined."""


class Point(NamedTuple):
    """Errors in one complete bucket; ``at`` is its start, in seconds since the deploy went live."""

    at: float
    seconds: float
    errors: float


@dataclass(frozen=True, kw_only=True, slots=True)
class ErrorChart:
    """One watch. Times are seconds since ``live``, rates are errors a minute."""

    service: str
    environment: str
    live: datetime
    """When the deploy went live, aware."""
    points: tuple[Point, ...]
    rate_before: float | None
    """``None`` where there is no baseline."""
    rate_after: float | None
    baseline: float
    """Seconds the rate before was measured over."""
    looks: tuple[float, ...]
    decided: float | None
    """When the verdict fell; ``None`` while watching."""
    verdict: Kind
    what: str = "deploy"
    """What went live: a deploy, or an update."""
    share: float = 1.0
    """Of all people, whose errors are counted after; what was before is drawn as so many would have it."""

    def __post_init__(self) -> None:
        if self.live.tzinfo is None or self.verdict not in get_args(Kind) or len(self.points) > LONGEST:
            msg = "a chart needs an aware time, a known verdict and at most 2,000 points"
            raise ValueError(msg)

    def encode(self) -> str:
        """Write as JSON."""
        return json.dumps({**asdict(self), "live": self.live.astimezone(UTC).isoformat()})

    @classmethod
    def decode(cls, text: str) -> "ErrorChart":
        """Read what ``encode`` wrote; ``ValueError``, ``KeyError`` or ``TypeError`` for anything else."""
        fields = json.loads(text)
        fields["live"] = datetime.fromisoformat(fields["live"])
        fields["points"] = tuple(Point(*point) for point in fields.get("points", ()))
        fields["looks"] = tuple(fields.get("looks", ()))
        return cls(**fields)


def chart_of(
    *,
    service: str,
    environment: str,
    live: datetime,
    before: Series,
    after: Series,
    verdict: Kind,
    decided: datetime | None,
    plan: Plan,
    what: str = "deploy",
    share: float = 1.0,
) -> ErrorChart:
    """Make the chart of a watch from what its last look knew; ``share``: of whom the errors after are."""

    def since(moment: datetime) -> float:
        return (moment - live).total_seconds()

    shown = [bucket for bucket in before.buckets if bucket.start >= live - timedelta(seconds=SHOWN)]
    usual = [replace(bucket, count=bucket.count * share) for bucket in _joined(shown)]
    drawn = (*usual, *_joined(after.buckets))
    return ErrorChart(
        service=service,
        environment=environment,
        live=live,
        points=tuple(Point(since(bucket.start), bucket.seconds, bucket.count) for bucket in drawn),
        rate_before=before.errors * share / before.seconds * 60 if before.seconds else None,
        rate_after=after.errors / after.seconds * 60 if after.seconds else None,
        baseline=before.seconds,
        looks=tuple(plan.seconds * look / plan.looks for look in range(1, plan.looks + 1)),
        decided=None if decided is None else since(decided),
        verdict=verdict,
        what=what,
        share=share,
    )


def _joined(buckets: Sequence[Bucket]) -> list[Bucket]:
    """Return at most ``DRAWN`` buckets, each of as many neighbours as that takes."""
    size = -(-len(buckets) // DRAWN) or 1
    groups = [buckets[at : at + size] for at in range(0, len(buckets), size)]
    return [
        Bucket(group[0].start, sum(one.seconds for one in group), sum(one.count for one in group))
        for group in groups
    ]


def said(verdict: Kind) -> str:
    """Name a verdict as people read it."""
    match verdict:
        case "regressed":
            return "Regressed"
        case "ok":
            return "No regression seen"
        case "inconclusive":
            return "Inconclusive"
        case "keep_watching":
            return "Still watching"
    assert_never(verdict)


def rates(chart: ErrorChart) -> str:
    """Say the two rates in one line."""
    if chart.rate_before is None:
        before = "no errors/min known before"
    else:
        of = f" usual for {chart.share * 100:.3g} % of people" if chart.share < 1 else ""
        before = f"{number(chart.rate_before)} errors/min{of} in the {span(chart.baseline)} before"
    after = "none known after" if chart.rate_after is None else f"{number(chart.rate_after)} after"
    return f"{before}, {after}"


def describe(chart: ErrorChart) -> str:
    """Return the alt text: plain, one sentence or two."""
    live = chart.live.astimezone(UTC)
    when = "" if chart.decided is None else f" {span(max(0.0, chart.decided))} after the {chart.what}"
    return (
        f"Errors per minute of {chart.service} in {chart.environment} around the {chart.what} of "
        f"{live:%H:%M} UTC: {rates(chart)}. {said(chart.verdict)}{when}."
    )
