"""Change is counted as Nagios counts it, newer changes for more, with two thresholds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.flap import REMEMBERED, flapping, percent, remember

histories = st.text("ud", max_size=30)


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ("", 0),
        ("d", 0),
        ("u" * 21, 0),
        ("d" * 21, 0),
        ("ud" * 10 + "u", 100),
        ("d" + "u" * 20, 100 * 0.75 / 20),
        ("u" * 20 + "d", 100 * 1.25 / 20),
        ("ud", 100 * 1.25 / 20),
        ("u" * 10 + "d" * 11, 100 * (0.75 + 9 * 0.5 / 19) / 20),
        ("d" * 9 + "u" + "d" * 20 + "u", 100 * 1.25 / 20),
    ],
)
def test_the_percentage_is_what_nagios_would_say(history, expected):
    assert percent(history) == pytest.approx(expected)


def test_only_change_and_nothing_else_is_exactly_a_hundred():
    assert percent("ud" * 11) == 100


@given(histories)
def test_it_lies_between_nothing_and_all_and_which_state_is_bad_makes_no_difference(history):
    assert 0 <= percent(history) <= 100
    assert percent(history) == percent(history.translate(str.maketrans("ud", "du")))


@given(st.integers(1, 19))
def test_a_newer_change_weighs_more(at):
    assert percent("u" * at + "d" * (21 - at)) < percent("u" * (at + 1) + "d" * (20 - at))


@given(histories, st.sampled_from("ud"))
def test_what_no_longer_counts_is_forgotten(history, state):
    kept = remember(history, state)
    assert len(kept) <= REMEMBERED
    assert kept.endswith(state)
    assert percent(kept) == percent(history + state)


@pytest.mark.parametrize(
    ("value", "was", "expected"),
    [
        (20.0, False, True),
        (19.9, False, False),
        (19.9, True, True),
        (5.1, True, True),
        (5.0, True, False),
        (5.1, False, False),
        (0.0, True, False),
    ],
)
def test_between_the_thresholds_it_stays_what_it_was(value, was, expected):
    assert flapping(value, was=was, high=20.0, low=5.0) is expected
