"""The middle and the far end of many measurements."""

import statistics
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spread:
    """Milliseconds."""

    p50: float
    p99: float


def spread(samples: list[float]) -> Spread:
    """Return the median and the 99th percentile."""
    ordered = sorted(samples)
    return Spread(statistics.median(ordered), ordered[min(len(ordered) - 1, round(len(ordered) * 0.99))])
