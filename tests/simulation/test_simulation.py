"""The quick form of ``make simulate``, and what ``docs/watch.md`` promises of the long one."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from bot.engine.errors_watch import Plan
from tests.simulation.measure import JUMPS, RATES, Row, measure
from tests.simulation.traffic import KINDS, RARE

DOC = (Path(__file__).parents[2] / "docs/watch.md").read_text()
BURSTY = ("negative binomial", "bursts of 6", "bursts of 10", "restless rate")


def pooled(names, runs):
    """Every rate of these kinds of traffic, ``runs`` deploys each, as one row."""
    rows = [measure(name, KINDS[name], rate, runs=runs) for name in names for rate in RATES]
    return Row(
        "all",
        0,
        1,
        sum(row.runs for row in rows),
        sum((row.said for row in rows), start=type(rows[0].said)()),
    )


def lines(first):
    """The cells of every line of the doc that begins with ``first``."""
    return [
        [cell.strip() for cell in line.split("|")[1:-1]]
        for line in DOC.splitlines()
        if line.startswith(f"| {first} |")
    ]


@pytest.mark.parametrize(("names", "runs"), [(("Poisson",), 150), (BURSTY, 60)], ids=["poisson", "bursty"])
def test_deploys_that_change_nothing_are_not_proven_to_be_rolled_back_in_more_than_1_percent(names, runs):
    row = pooled(names, runs)
    assert row.at_least("regressed") <= 0.01, row


def test_the_proof_would_see_three_times_as_many():
    assert Row("all", 0, 1, 960, {"regressed": 29}).at_least("regressed") > 0.01


def test_five_times_the_errors_are_caught_at_half_an_error_a_minute():
    assert measure("Poisson", KINDS["Poisson"], 0.5, jump=5, runs=60).part("regressed") >= 0.95


def test_a_quiet_service_normally_comes_out_ok():
    assert measure("Poisson", KINDS["Poisson"], 0.1, runs=60).part("ok") >= 0.9


def test_the_same_seed_says_the_same():
    assert measure("bursts of 6", KINDS["bursts of 6"], 2.0, runs=5) == measure(
        "bursts of 6", KINDS["bursts of 6"], 2.0, runs=5
    )


@pytest.mark.parametrize("traffic", [*KINDS, *RARE])
def test_the_doc_tells_at_most_1_percent_of_false_alarms_for_every_traffic_and_rate(traffic):
    told = {cells[1]: cells[2] for cells in lines(traffic) if "+" not in cells[2]}
    assert list(told) == [f"{rate:g}" for rate in RATES]
    assert [part for part in told.values() if float(part.removesuffix(" %")) > 1.0] == []


def test_the_doc_tells_the_power_for_every_jump_and_rate():
    told = {cells[1]: cells[2:] for cells in lines("Poisson") if "+" in cells[2]}
    assert list(told) == [f"{rate:g}" for rate in RATES[:3]]
    assert {len(cells) for cells in told.values()} == {len(JUMPS)}


@pytest.mark.parametrize("field", fields(Plan), ids=lambda field: field.name)
def test_the_doc_names_every_constant_with_its_value(field):
    (value,) = re.findall(rf"^\| `{field.name}` \| ([\d.]+) \|", DOC, flags=re.MULTILINE)
    assert float(value) == float(field.default)
