"""Runs the real decision over simulated deploys and counts what it said. Numbers out, no judgement."""

import math
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from bot.engine.errors_verdict import Kind, kind
from bot.engine.errors_watch import Bucket, Facts, HealthSoFar, Plan, Series, decide, expected_seconds
from tests.simulation.traffic import BY_PERSON, Traffic

SEED = 20260701
RATES = (0.1, 0.5, 2.0, 10.0)
"""Errors a minute before."""
JUMPS = (2, 3, 5)
SHARE = 0.1
"""Of the people, where an update over the air begins."""
SHARE_RATES = (0.5, 2.0, 10.0, 50.0)
"""Errors a minute before, of all people."""
SHARE_JUMPS = (3, 5, 10, 30)
LATE = 2
"""Complete minutes that a look still lacks: Sentry is 90 s behind, and no deploy waits for a full minute."""
START = datetime(2026, 7, 1, tzinfo=UTC)
HEALTHY = HealthSoFar(state="ok")
MINUTES = [START + timedelta(minutes=number) for number in range(1500)]


@dataclass(frozen=True, slots=True)
class Row:
    """What was said in ``runs`` deploys."""

    traffic: str
    rate: float
    jump: float
    runs: int
    said: Counter[Kind]

    def part(self, which: Kind) -> float:
        """Return the part of runs that ended with ``which``."""
        return self.said[which] / self.runs

    def at_least(self, which: Kind, doubt: float = 0.01) -> float:
        """Return the true chance of ``which`` that this count would exceed with chance ``doubt`` only.

        The lower end of Wilson's interval, one-sided: what the count proves, whatever the luck of the draw.
        """
        z = {0.01: 2.326, 0.05: 1.645}[doubt]
        n, p = self.runs, self.part(which)
        middle = p + z * z / (2 * n)
        return (middle - z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))) / (1 + z * z / n)


def series(counts, first: int = 0) -> Series:
    """Make a series of minutes."""
    return Series(
        tuple(Bucket(MINUTES[first + number], 60.0, float(count)) for number, count in enumerate(counts))
    )


def watch(before: Series, after, plan: Plan, share: float = 1.0) -> Kind:
    """Look as a watch does until something is said."""
    for look in range(1, plan.looks + 1):
        live = plan.seconds * look / plan.looks
        seen = max(0, round(live / 60) - LATE)
        verdict = decide(
            Facts(
                before=before,
                after=series(after[:seen], len(before.buckets)),
                expected=expected_seconds(live, 60),
                look=look,
                health=HEALTHY,
                heard=True,
                share=share,
            ),
            plan,
        )
        if kind(verdict) != "keep_watching":
            break
    return kind(verdict)


def drawn(traffic: Traffic, random: np.random.Generator, rate: float, minutes: int, share: float):
    """Return the errors of all people, and of the ``share`` of them that is watched, by the minute.

    A burst is one person's: it falls among those who are watched or it does not. What makes minutes differ
    for everybody falls on both alike.
    """
    if share == 1:
        counts = traffic(random, rate, minutes)
        return counts, counts
    if traffic in BY_PERSON:
        theirs = traffic(random, rate * share, minutes)
        return theirs + traffic(random, rate * (1 - share), minutes), theirs
    counts = traffic(random, rate, minutes)
    return counts, random.binomial(counts, share)


def measure(
    name: str,
    traffic: Traffic,
    rate: float,
    *,
    jump: float = 1,
    runs: int,
    plan: Plan | None = None,
    share: float = 1.0,
) -> Row:
    """Deploy ``runs`` times into ``traffic`` of ``rate``, each making it ``jump`` times as much.

    ``share``: of the people, those who get it and are watched; ``rate`` is everybody's.
    """
    plan = plan or Plan()
    hours, minutes = round(plan.baseline / 60), round(plan.seconds / 60)
    random = np.random.default_rng([SEED, *name.encode(), round(rate * 1000), round(jump * 1000)])
    said: Counter[Kind] = Counter()
    for _ in range(runs):
        counts, theirs = drawn(traffic, random, rate, hours + minutes, share)
        after = theirs[hours:]
        if jump > 1:
            after = after + traffic(random, rate * share * (jump - 1), hours + minutes)[hours:]
        said[watch(series(counts[:hours]), after, plan, share)] += 1
    return Row(name, rate, jump, runs, said)
