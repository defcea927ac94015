"""The quick form of ``make simulate``, and what ``docs/watch.md`` promises of the long one."""

import re
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from bot.engine.errors_watch import Plan
from tests.simulation.measure import (
    JUMPS,
    RATES,
    SHARE,
    SHARE_JUMPS,
    SHARE_RATES,
    Row,
    drawn,
    measure,
)
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


def test_a_tenth_of_the_people_has_a_tenth_of_the_errors_whatever_the_traffic():
    for traffic in KINDS.values():
        everybody, some = drawn(traffic, np.random.default_rng(7), 50.0, 3000, SHARE)
        assert some.sum() == pytest.approx(SHARE * everybody.sum(), rel=0.1)
        assert (some <= everybody).all()


@pytest.mark.parametrize("names", [("Poisson", "daily wave ±60 %"), BURSTY], ids=["poisson", "bursty"])
def test_updates_that_change_nothing_are_not_proven_to_be_taken_back_in_more_than_1_percent(names):
    rows = [measure(name, KINDS[name], rate, runs=15, share=SHARE) for name in names for rate in SHARE_RATES]
    said = sum((row.said for row in rows), start=type(rows[0].said)())
    row = Row("all", 0, 1, sum(row.runs for row in rows), said)
    assert row.at_least("regressed") <= 0.01, row


def test_a_spike_at_a_tenth_of_the_people_is_caught():
    row = measure("Poisson", KINDS["Poisson"], 2.0, jump=10, runs=40, share=SHARE)
    assert row.part("regressed") >= 0.95


def test_a_wave_of_everybody_does_not_blind_the_watch_of_a_tenth():
    wave = KINDS["daily wave ±60 %"]
    assert measure("daily wave ±60 %", wave, 50.0, runs=40, share=SHARE).part("ok") >= 0.9


@pytest.mark.parametrize("traffic", [*KINDS, *RARE])
def test_the_doc_tells_at_most_1_percent_of_false_alarms_at_a_tenth_of_the_people(traffic):
    told = {cells[1]: cells[2] for cells in lines(f"{traffic}, at 10 %") if "+" not in cells[2]}
    assert list(told) == [f"{rate:g}" for rate in SHARE_RATES]
    assert [part for part in told.values() if float(part.removesuffix(" %")) > 1.0] == []


def test_the_doc_tells_the_power_at_a_tenth_of_the_people():
    told = {cells[1]: cells[2:] for cells in lines("Poisson, at 10 %") if "+" in cells[2]}
    assert list(told) == [f"{rate:g}" for rate in SHARE_RATES]
    assert {len(cells) for cells in told.values()} == {len(SHARE_JUMPS)}


@pytest.mark.parametrize("field", fields(Plan), ids=lambda field: field.name)
def test_the_doc_names_every_constant_with_its_value(field):
    (value,) = re.findall(rf"^\| `{field.name}` \| ([\d.]+) \|", DOC, flags=re.MULTILINE)
    assert float(value) == float(field.default)
