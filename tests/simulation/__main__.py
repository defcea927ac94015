"""``make simulate``: false alarms and power of the watch, as the tables of ``docs/watch.md``.

RUNS=... changes how many deploys each line of a table is made of.
"""

import os

from bot.engine.errors_watch import Plan
from tests.simulation.measure import JUMPS, RATES, measure
from tests.simulation.traffic import KINDS, RARE

RUNS = int(os.environ.get("RUNS", "3000"))
DAY = Plan(baseline=86400)


def tell(*cells: str) -> None:
    """Print a row of a table at once."""
    print("| " + " | ".join(cells) + " |", flush=True)


def percent(part: float) -> str:
    """Write a part of one."""
    return f"{part * 100:.2f} %" if part < 0.1 else f"{part * 100:.0f} %"


print(f"\n{RUNS} deploys that changed nothing, for each line: how they ended.\n")
tell("Traffic", "Errors/min", "Rolled back", "Inconclusive", "Ok")
tell("---", "---", "---", "---", "---")
for title, kinds, plan in (("", KINDS, Plan()), ("", RARE, Plan()), (", baseline 24 h", RARE, DAY)):
    for name, traffic in kinds.items():
        for rate in RATES:
            row = measure(name, traffic, rate, runs=RUNS // (4 if plan is DAY else 1), plan=plan)
            ended = (row.part(which) for which in ("regressed", "inconclusive", "ok"))
            tell(name + title, f"{rate:g}", *map(percent, ended))

print(f"\n{RUNS // 4} deploys that made it worse, for each cell: rolled back (+ given to a person).\n")
tell("Traffic", "Errors/min before", *(f"{jump}×" for jump in JUMPS))
tell("---", "---", *("---" for _ in JUMPS))
for name in ("Poisson", "negative binomial", "bursts of 6"):
    for rate in RATES[:3]:
        rows = [measure(name, KINDS[name], rate, jump=jump, runs=RUNS // 4) for jump in JUMPS]
        cells = [
            f"{row.part('regressed') * 100:.0f} % (+{row.part('inconclusive') * 100:.0f} %)" for row in rows
        ]
        tell(name, f"{rate:g}", *cells)
