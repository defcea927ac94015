"""``make simulate``: false alarms and power of the watch, as the tables of ``docs/watch.md``.

RUNS=... changes how many deploys each line of a table is made of.
"""

import os
from collections.abc import Mapping, Sequence
from typing import Any

from bot.engine.errors_watch import Plan
from tests.simulation.measure import JUMPS, RATES, SHARE, SHARE_JUMPS, SHARE_RATES, measure
from tests.simulation.traffic import KINDS, RARE, Traffic

RUNS = int(os.environ.get("RUNS", "3000"))
DAY = Plan(baseline=86400)
SOME = f", at {SHARE * 100:g} %"
Kinds = Mapping[str, Traffic]


def tell(*cells: str) -> None:
    """Print a row of a table at once."""
    print("| " + " | ".join(cells) + " |", flush=True)


def percent(part: float) -> str:
    """Write a part of one."""
    return f"{part * 100:.2f} %" if part < 0.1 else f"{part * 100:.0f} %"


def changed_nothing(title: str, kinds: Kinds, rates: Sequence[float], runs: int, **how: Any) -> None:
    """Print how deploys that changed nothing ended: a row for each traffic and rate."""
    for name, traffic in kinds.items():
        for rate in rates:
            row = measure(name, traffic, rate, runs=runs, **how)
            ended = (row.part(which) for which in ("regressed", "inconclusive", "ok"))
            tell(name + title, f"{rate:g}", *map(percent, ended))


def made_it_worse(title: str, rates: Sequence[float], jumps: Sequence[float], **how: Any) -> None:
    """Print how often deploys that made it worse were caught."""
    tell("Traffic", "Errors/min before", *(f"{jump}×" for jump in jumps))
    tell("---", "---", *("---" for _ in jumps))
    for name in ("Poisson", "negative binomial", "bursts of 6"):
        for rate in rates:
            rows = [measure(name, KINDS[name], rate, jump=jump, runs=RUNS // 4, **how) for jump in jumps]
            cells = [
                f"{row.part('regressed') * 100:.0f} % (+{row.part('inconclusive') * 100:.0f} %)"
                for row in rows
            ]
            tell(name + title, f"{rate:g}", *cells)


def header() -> None:
    """Print the head of a table of endings."""
    tell("Traffic", "Errors/min", "Rolled back", "Inconclusive", "Ok")
    tell("---", "---", "---", "---", "---")


print(f"\n{RUNS} deploys that changed nothing, for each line: how they ended.\n")
header()
changed_nothing("", KINDS, RATES, RUNS)
changed_nothing("", RARE, RATES, RUNS)
changed_nothing(", baseline 24 h", RARE, RATES, RUNS // 4, plan=DAY)
print(f"\n{RUNS // 4} deploys that made it worse, for each cell: rolled back (+ given to a person).\n")
made_it_worse("", RATES[:3], JUMPS)
print(f"\n{RUNS} updates that changed nothing, seen at {SHARE:.0%} of people, for each line.\n")
header()
changed_nothing(SOME, {**KINDS, **RARE}, SHARE_RATES, RUNS, share=SHARE)
print(f"\n{RUNS // 4} updates that made it worse, seen at {SHARE:.0%} of people, for each cell.\n")
made_it_worse(SOME, SHARE_RATES, SHARE_JUMPS, share=SHARE)
