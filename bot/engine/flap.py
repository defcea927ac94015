"""Say whether something goes up and down too often to be told each time, as Nagios does.

The newest 21 looks count, each change among them the more the newer it is. Knows no clock and no target.

https://assets.nagios.com/downloads/nagioscore/docs/nagioscore/4/en/flapping.html
"""

from itertools import pairwise

REMEMBERED = 21
"""States that count."""
UP, DOWN = "u", "d"

_CHANGES = REMEMBERED - 1
_WEIGHTS = tuple(57 + 2 * at for at in range(_CHANGES))
"""0.75 for the oldest possible change to 1.25 for the newest, in 76ths: so that 100 % is exactly 100."""


def remember(history: str, state: str) -> str:
    """Add the newest look to ``history``, which is oldest first; forget what no longer counts."""
    return (history + state)[-REMEMBERED:]


def percent(history: str) -> float:
    """Return how much of ``history`` is change: 0 when all is the same, 100 when every look differs.

    Before the oldest look known, nothing is taken to have changed.
    """
    newest = history[-REMEMBERED:]
    changes = [before != after for before, after in pairwise(newest)]
    weights = _WEIGHTS[_CHANGES - len(changes) :]
    weight = sum(weight for weight, changed in zip(weights, changes, strict=True) if changed)
    return 100 * weight / sum(_WEIGHTS)


def flapping(percent: float, *, was: bool, high: float, low: float) -> bool:
    """Say whether it flaps: from ``high`` percent on, until it is down to ``low``; in between as before."""
    if percent >= high:
        return True
    return was and percent > low
