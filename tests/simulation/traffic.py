"""Errors a minute as services have them, drawn from a seed. Must not know the test it feeds."""

import math
from collections.abc import Callable

import numpy as np

Traffic = Callable[[np.random.Generator, float, int], np.ndarray]
"""Generator, mean errors a minute, minutes: one count per minute."""


def poisson(random, rate, minutes):
    """Independent errors."""
    return random.poisson(rate, minutes)


def overdispersed(random, rate, minutes, shape=0.5):
    """Minutes that differ (negative binomial): a variance of ``rate + rate² / shape``."""
    return random.negative_binomial(shape, shape / (shape + rate), minutes)


def bursts(random, rate, minutes, size, lasting):
    """A user or a loop runs into the same error ``size`` times, within ``lasting`` minutes on average."""
    counts = np.zeros(minutes + 60, dtype=int)
    for start in random.integers(0, minutes + 60, random.poisson(rate * (minutes + 60) / size)):
        at = start + random.geometric(1 / lasting, random.geometric(1 / size)) - 1
        np.add.at(counts, at[at < minutes + 60], 1)
    return counts[60:]


def bursts_of_6(random, rate, minutes):
    """Bursts of six within three minutes."""
    return bursts(random, rate, minutes, 6, 3)


def bursts_of_10(random, rate, minutes):
    """Bursts of ten within three minutes."""
    return bursts(random, rate, minutes, 10, 3)


def bursts_of_30(random, rate, minutes):
    """Bursts of thirty within five minutes."""
    return bursts(random, rate, minutes, 30, 5)


def daily_trend(random, rate, minutes, swing=0.6):
    """Independent errors on a slow wave over the day, up and down by ``swing``, at a random hour."""
    hours = random.uniform(0, 24) + np.arange(minutes) / 60
    return random.poisson(rate * (1 + swing * np.sin(hours / 24 * 2 * math.pi)))


def restless(random, rate, minutes, spread=0.5, memory=15):
    """A rate that wanders (log-normal, deviation ``spread``), forgetting within ``memory`` minutes."""
    keep = math.exp(-1 / memory)
    push = random.normal(size=minutes) * math.sqrt(1 - keep * keep)
    level = np.empty(minutes)
    level[0] = random.normal()
    for minute in range(1, minutes):
        level[minute] = keep * level[minute - 1] + push[minute]
    return random.poisson(rate * np.exp(spread * level - spread * spread / 2))


KINDS: dict[str, Traffic] = {
    "Poisson": poisson,
    "negative binomial": overdispersed,
    "bursts of 6": bursts_of_6,
    "bursts of 10": bursts_of_10,
    "restless rate": restless,
    "daily wave ±60 %": daily_trend,
}
BY_PERSON = (poisson, bursts_of_6, bursts_of_10, bursts_of_30)
"""Those in which what comes together is one person's."""
RARE: dict[str, Traffic] = {"bursts of 30": bursts_of_30}
"""Known to be beyond a baseline of six hours; told in the docs beside the others."""
