from pathlib import Path

import pytest

from sandbox.faults import KNOBS, Faults

DOCUMENTED = Path(__file__).resolve().parents[2] / "docs/sandbox.md"


def test_every_knob_starts_calm():
    faults = Faults()

    assert {knob.name: faults.get(knob.name) for knob in KNOBS} == {
        knob.name: knob.choices[0] for knob in KNOBS
    }


def test_a_turn_is_told_once_and_only_when_something_changed():
    faults, told = Faults(), []
    end = faults.subscribe(lambda name, value: told.append((name, value)))

    faults.set("railway.deployment", "crashes")
    faults.set("railway.deployment", "crashes")
    end()
    faults.set("railway.deployment", "fails")

    assert told == [("railway.deployment", "crashes")]


def test_a_position_a_knob_does_not_have_is_refused_with_those_it_has():
    with pytest.raises(ValueError, match="stable, incident; not 'on fire'"):
        Faults().set("railway.platform", "on fire")


def test_a_knob_nobody_knows_is_an_error():
    with pytest.raises(KeyError):
        Faults().set("railway.mood", "good")


def test_reset_turns_everything_back():
    faults = Faults()
    faults.set("backend.health", "bad")

    faults.reset()

    assert all(knob["value"] == knob["default"] for knob in faults.all())


@pytest.mark.parametrize(
    "knob", [one for one in KNOBS if one.group in ("Expo", "Stores")], ids=lambda one: one.name
)
def test_every_knob_of_the_app_is_documented_with_its_positions(knob):
    rows = [line for line in DOCUMENTED.read_text("utf-8").splitlines() if f"`{knob.name}`" in line]

    assert len(rows) == 1
    assert [choice for choice in knob.choices if f"*{choice}*" not in rows[0]] == []
