"""The numbers behind a watch: exact tails, how bursty a series is, what a test could have seen.

Plain numbers in and out. Must not know what a deploy, a look or a verdict is.
"""

import math
from collections.abc import Sequence
from itertools import pairwise

NEGLIGIBLE = 1e-15
"""A term this much smaller than the sum so far no longer changes it."""


def binomial_tail(least: int, draws: int, share: float) -> float:
    """Return the exact chance of ``least`` or more out of ``draws``, each with chance ``share``.

    With two Poisson counts of equal rates, the second one given their total is such a draw; ``share`` is
    its part of the time, above 0 and below 1 (Przyborowski and Wilenski, Biometrika 1940).
    """
    if least <= 0:
        return 1.0
    if least > draws:
        return 0.0
    odds = share / (1 - share)
    if least > draws * share:
        term, total, count = _binomial(least, draws, share), 0.0, least
        while count <= draws and term > total * NEGLIGIBLE:
            total += term
            term *= (draws - count) / (count + 1) * odds
            count += 1
        return min(1.0, total)
    term, total, count = _binomial(least - 1, draws, share), 0.0, least - 1
    while count >= 0 and term > total * NEGLIGIBLE:
        total += term
        term *= count / (draws - count + 1) / odds
        count -= 1
    return max(0.0, 1.0 - total)


def _binomial(count: int, draws: int, share: float) -> float:
    ways = math.lgamma(draws + 1) - math.lgamma(count + 1) - math.lgamma(draws - count + 1)
    return math.exp(ways + count * math.log(share) + (draws - count) * math.log1p(-share))


def poisson_tail(least: int, mean: float) -> float:
    """Return the exact chance of ``least`` or more where ``mean`` are expected."""
    if least <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    count = least if least > mean else least - 1
    term, total = math.exp(count * math.log(mean) - mean - math.lgamma(count + 1)), 0.0
    if least > mean:
        while term > total * NEGLIGIBLE:
            total += term
            count += 1
            term *= mean / count
        return min(1.0, total)
    while count >= 0 and term > total * NEGLIGIBLE:
        total += term
        term *= count / mean
        count -= 1
    return max(0.0, 1.0 - total)


def mean_seen(least: int, power: float) -> float:
    """Return the smallest mean of which ``least`` or more come with chance ``power``."""
    low, high = 0.0, float(max(1, least))
    while poisson_tail(least, high) < power:
        high *= 2
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (low, middle) if poisson_tail(least, middle) >= power else (middle, high)
    return high


def dispersion(counts: Sequence[float], windows: Sequence[int]) -> float:
    """Return how much more ``counts`` vary than independent events would: 1 or more.

    The largest variance / mean over ``windows`` (lengths in counts), because a burst that lasts some
    minutes shows only in windows as long as itself. A length that fits less than four times says nothing.
    """
    largest = 1.0
    for length in windows:
        pieces = len(counts) // length if length > 0 else 0
        if pieces < 4:
            continue
        first = len(counts) - pieces * length
        sums = [sum(counts[at : at + length]) for at in range(first, len(counts), length)]
        mean = sum(sums) / pieces
        if mean > 0:
            variance = sum((one - mean) ** 2 for one in sums) / (pieces - 1)
            largest = max(largest, variance / mean)
    return largest


def restlessness(counts: Sequence[float], windows: Sequence[int]) -> float:
    """Return the same as ``dispersion``, but of what does not last from one window to the next: 1 or more.

    Half the mean square of the differences between neighbours, / mean (von Neumann, Annals of Mathematical
    Statistics 1941): a slow wave, which moves everybody alike, leaves it as it is; a burst does not.
    """
    largest = 1.0
    for length in windows:
        pieces = len(counts) // length if length > 0 else 0
        if pieces < 4:
            continue
        first = len(counts) - pieces * length
        sums = [sum(counts[at : at + length]) for at in range(first, len(counts), length)]
        mean = sum(sums) / pieces
        if mean > 0:
            steps = sum((late - early) ** 2 for early, late in pairwise(sums)) / (2 * (pieces - 1))
            largest = max(largest, steps / mean)
    return largest


def most_in_a_row(counts: Sequence[float], length: int) -> float:
    """Return the largest sum of ``length`` neighbours; of all, where there are fewer."""
    if not counts:
        return 0.0
    running = most = sum(counts[:length])
    for gone, come in zip(counts, counts[length:], strict=False):
        running += come - gone
        most = max(most, running)
    return most
