"""Decide whether errors got worse after a deploy: regressed, ok, inconclusive, or keep watching.

Facts in, verdict out; no clock. Must not know Sentry, Slack or who rolls back. The method in plain words,
what it misses and how often it is wrong: ``docs/watch.md``; measured by ``make simulate``.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal

from bot.engine import errors_words as words
from bot.engine.errors_math import binomial_tail, dispersion, mean_seen, most_in_a_row, restlessness
from bot.engine.errors_verdict import Inconclusive, Jump, KeepWatching, Numbers, Ok, Regressed, Verdict

INGESTION = 90.0
"""Seconds after its end until Sentry calls a bucket complete (``INGESTION_DELAY`` in its source)."""
SILENCE = 7.0
"""Where so many independent errors are due, none at all has a chance below 1 in 1,000."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """Errors counted over ``seconds`` from ``start``. Complete ones only."""

    start: datetime
    seconds: float
    count: float


@dataclass(frozen=True)
class Series:
    """Buckets of equal length, oldest first."""

    buckets: tuple[Bucket, ...] = ()

    @cached_property
    def counts(self) -> list[float]:
        """The counts alone."""
        return [bucket.count for bucket in self.buckets]

    @cached_property
    def errors(self) -> float:
        """All errors in it."""
        return sum(self.counts)

    @cached_property
    def seconds(self) -> float:
        """The time it covers."""
        return sum(bucket.seconds for bucket in self.buckets)


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """How a watch is done. The first six are the keys of ``[services.environments.X.watch]``."""

    seconds: float = 900.0
    baseline: float = 21600.0
    bucket: float = 60.0
    alpha: float = 0.01
    """The most false alarms, over all looks together."""
    ratio: float = 2.0
    least: int = 10
    """Fewer errors than this after the deploy never roll back."""
    looks: int = 3
    doubt: float = 0.05
    """A rise with a chance below this, but above the limit, is not called ok."""
    shortest: float = 3600.0
    """Seconds of complete baseline without which counts are not compared; half of ``baseline`` if less."""
    covered: float = 0.8
    """The part of the expected complete buckets that must have come."""
    caution: float = 1.5
    """The dispersion is itself estimated: what exceeds 1 is taken this many times."""
    power: float = 0.8
    blind_fold: float = 10.0
    blind_rate: float = 10.0
    """Errors a minute. Blind is a watch whose smallest jump is above both this and ``blind_fold``."""
    issue_events: int = 10
    issue_users: int = 3
    """A new unhandled issue counts from so many events and users on; where no user is known, from
    three times the events."""
    bad_streak: int = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class NewIssue:
    """An issue first seen in this release."""

    title: str
    url: str
    events: int
    users: int
    unhandled: bool
    first_seen: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class HealthSoFar:
    """What the health endpoint said during the watch; ``streak`` counts bad answers in a row, up to now."""

    state: Literal["ok", "bad", "unknown"]
    streak: int = 0
    said: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """Everything one look knows."""

    before: Series
    after: Series
    expected: float
    """Seconds of complete buckets that should have come by now: ``expected_seconds``."""
    look: int
    """1 to ``Plan.looks``."""
    health: HealthSoFar
    issues: tuple[NewIssue, ...] = ()
    heard: bool = False
    """Sentry is known, from a longer time than the baseline, to hear this service and environment at all.
    Without it, not one error before nor after is inconclusive: a wrong DSN looks the same."""
    share: float = 1.0
    """Of all people, those whose errors ``after`` counts, above 0; ``before`` counts everybody's."""

    def __post_init__(self) -> None:
        """Refuse a share that is none."""
        if not 0 < self.share <= 1:
            msg = f"a share of the people is above 0 and at most 1, not {self.share}"
            raise ValueError(msg)


def expected_seconds(live: float, bucket: float) -> float:
    """Return how much of ``live`` seconds must be in complete buckets, wherever the minute began."""
    return max(0.0, live - INGESTION - bucket)


def decide(facts: Facts, plan: Plan) -> Verdict:
    """Judge one look. Only the last one says ok or inconclusive; any may say regressed."""
    last = facts.look >= plan.looks
    comparable = _covered(facts, plan) and facts.before.seconds >= _shortest(plan)
    numbers = compare(facts.before, facts.after, plan, facts.share) if comparable else None
    rose = numbers is not None and numbers.rate_after > numbers.usual
    unhandled = tuple(issue for issue in facts.issues if issue.unhandled)
    many = tuple(issue for issue in unhandled if _many(issue, plan))

    evidence = tuple(words.counts(numbers) if numbers else [])
    evidence += tuple(words.issue(one.title, one.events, one.users) for one in unhandled[:5])
    if facts.health.state != "ok":
        evidence += (words.health(facts.health.state, facts.health.streak, facts.health.said),)

    down = facts.health.state == "bad" and facts.health.streak >= plan.bad_streak
    if down or (many and rose) or (numbers and _worse(numbers, plan)):
        return Regressed(evidence=evidence, look=facts.look, numbers=numbers)
    if not last:
        return KeepWatching(evidence=evidence, look=facts.look, numbers=numbers)
    smallest = smallest_jump(numbers, plan) if numbers else None
    why = _doubt(facts, plan, numbers, smallest, unhandled)
    if why or numbers is None or smallest is None:
        return Inconclusive(why=why, evidence=evidence, look=facts.look, numbers=numbers, smallest=smallest)
    evidence += (words.smallest(smallest, facts.share),)
    return Ok(evidence=evidence, look=facts.look, numbers=numbers, smallest=smallest)


def compare(before: Series, after: Series, plan: Plan, share: float = 1.0) -> Numbers:
    """Put the two series side by side; both must cover some time.

    ``after`` counts a ``share`` of the people: what is compared is errors by time and people. One person's
    burst is as large in a tenth of the people; what lasts moves everybody alike, and counts a tenth there.
    """
    length = len(after.buckets)
    look = max(1, round(plan.seconds / plan.looks / plan.bucket))
    windows = [1, *(look * number for number in range(1, plan.looks + 1)), 2 * look * plan.looks]
    raw = dispersion(before.counts, windows)
    if share < 1:
        short = min(raw, restlessness(before.counts, windows))
        raw = short + share * (raw - short)
    spread = 1 + plan.caution * (raw - 1)
    rate_before, rate_after = before.errors / before.seconds * 60, after.errors / after.seconds * 60
    usual = rate_before * share
    return Numbers(
        errors_before=before.errors,
        errors_after=after.errors,
        seconds_before=before.seconds,
        seconds_after=after.seconds,
        rate_before=rate_before,
        rate_after=rate_after,
        ratio=rate_after / usual if usual else None,
        p=_chance(before.errors, after.errors, before.seconds, after.seconds * share, spread),
        limit=plan.alpha / plan.looks,
        dispersion=spread,
        most_before=most_in_a_row(before.counts, length),
        share=share,
    )


def _chance(before: float, after: float, seconds_before: float, exposure: float, spread: float) -> float:
    """Return p: counts are divided by the dispersion, each rounded to the cautious side.

    ``exposure``: seconds after, times the share of the people.
    """
    late, early = math.floor(after / spread), math.ceil(before / spread)
    return binomial_tail(late, late + early, exposure / (seconds_before + exposure))


def _worse(numbers: Numbers, plan: Plan) -> bool:
    """Say whether the counts alone roll back: enough, high enough, never so before, and hardly chance."""
    return (
        numbers.errors_after >= plan.least
        and (numbers.ratio is None or numbers.ratio >= plan.ratio)
        and numbers.errors_after > numbers.most_before * numbers.share
        and numbers.p <= numbers.limit
    )


def smallest_jump(numbers: Numbers, plan: Plan) -> Jump:
    """Return the smallest rate after that would have been called a regression with chance ``plan.power``."""
    before, after, share = numbers.seconds_before, numbers.seconds_after, numbers.share

    def alarms(count: int) -> bool:
        chance = _chance(numbers.errors_before, count, before, after * share, numbers.dispersion)
        return (
            count >= plan.ratio * numbers.usual * after / 60
            and count > numbers.most_before * share
            and chance <= numbers.limit
        )

    low, high = plan.least - 1, max(1, plan.least)
    while not alarms(high):
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if alarms(middle) else (middle, high)
    bursts = math.ceil(high / numbers.dispersion)
    rate = mean_seen(bursts, plan.power) * numbers.dispersion / after * 60
    return Jump(rate=rate, fold=rate / numbers.usual if numbers.usual else None)


def _shortest(plan: Plan) -> float:
    return min(plan.shortest, plan.baseline / 2)


def _covered(facts: Facts, plan: Plan) -> bool:
    return facts.after.seconds > 0 and facts.after.seconds >= plan.covered * facts.expected


def _many(issue: NewIssue, plan: Plan) -> bool:
    if issue.users == 0:
        return issue.events >= 3 * plan.issue_events
    return issue.events >= plan.issue_events and issue.users >= plan.issue_users


def _doubt(
    facts: Facts, plan: Plan, numbers: Numbers | None, smallest: Jump | None, issues: Sequence[NewIssue]
) -> str:
    """Return the one sentence why the last look cannot say ok; empty when it can."""
    if not _covered(facts, plan):
        return words.silent(facts.after.seconds, facts.expected)
    if numbers is None or smallest is None:
        return words.short(facts.before.seconds, _shortest(plan))
    due = numbers.usual * numbers.seconds_after / 60
    blind = smallest.rate > plan.blind_rate and (smallest.fold is None or smallest.fold > plan.blind_fold)
    elevated = numbers.p < plan.doubt and (numbers.ratio is None or numbers.ratio >= plan.ratio)
    reasons = (
        (facts.health.state == "bad", words.HEALTH_BAD),
        (not numbers.errors_before and not numbers.errors_after and not facts.heard, words.NEVER_HEARD),
        (not numbers.errors_after and due / numbers.dispersion >= SILENCE, words.stopped(due, facts.share)),
        (elevated, words.ELEVATED),
        (any(_many(issue, plan) for issue in issues), words.OTHER_NAME),
        (bool(issues), words.FEW),
        (blind, words.blind(smallest)),
    )
    return next((why for applies, why in reasons if applies), "")
