"""What is told of a change fits what an alert may hold, whatever vendors say."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.alerts.pulse_news import arrival_of, cut_off, forgotten
from bot.alerts.targets import targets_of
from bot.engine.alerts import AlertEvent, Happening
from bot.engine.arrivals import LONGEST_KEY
from bot.engine.pulse import BeganFlapping, CameUp, Pulse, StillDown, StoppedFlapping, WentDown
from bot.engine.pulses import Component, PulseState
from tests.bot.alerts._health import PRODUCTION, watched

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
TARGET = next(target for target in targets_of(watched()) if target.key == PRODUCTION)
PARTS = (Component(name="database", ok=False, said="timeout"), Component(name="cache", ok=True, said=""))
DOWN = Pulse(target=PRODUCTION, since=NOON, state=PulseState.DOWN, said="503", components=PARTS)


def told(change, pulse=DOWN, *, now=NOON, pages=()):
    arrival = arrival_of(TARGET, change, pulse, now=now, pages=list(pages))
    return AlertEvent.model_validate_json(arrival.body)


@pytest.mark.parametrize(
    ("change", "happening", "detail"),
    [
        (WentDown(3), Happening.FIRED, "503 (3 looks in a row found it ill). Failing: database (timeout)."),
        (WentDown(1), Happening.FIRED, "503 (a look found it ill). Failing: database (timeout)."),
        (CameUp(timedelta(minutes=4)), Happening.RESOLVED, "It answers well again; down for 4 min."),
        (
            BeganFlapping(24.4, down=False),
            Happening.FIRED,
            "It goes up and down (24 % of change lately); as that began: 503. Failing: database (timeout).",
        ),
        (
            BeganFlapping(24.4, down=True),
            Happening.NOTED,
            "It goes up and down (24 % of change lately); as that began: 503. Failing: database (timeout).",
        ),
        (
            StoppedFlapping(down=True),
            Happening.ESCALATED,
            "It stopped going up and down and is down: 503. Failing: database (timeout).",
        ),
        (
            StillDown(17, NOON),
            Happening.FIRED,
            "It is still down: 503 (17 looks in a row found it ill). Failing: database (timeout).",
        ),
        (StoppedFlapping(down=False), Happening.RESOLVED, "It stopped going up and down and answers well."),
    ],
)
def test_each_change_says_what_happened(change, happening, detail):
    event = told(change)
    assert (event.happening, event.detail) == (happening, detail)
    assert event.tags == {"target": PRODUCTION, "kind": "health"}


@pytest.mark.parametrize(("bad", "named"), [(0, False), (1, True)])
def test_parts_by_another_answer_are_named_only_where_this_look_found_it_ill(bad, named):
    flapping = Pulse(target=PRODUCTION, since=NOON, state=PulseState.DOWN, said="200", bad=bad)
    arrival = arrival_of(
        TARGET, BeganFlapping(24.4, down=True), flapping, now=NOON, pages=[], parts=PARTS[:1]
    )
    assert ("database" in AlertEvent.model_validate_json(arrival.body).detail) == named


def test_status_pages_stand_beside_trouble_and_not_beside_its_end():
    pages = ("github says Partial outage", "railway says Major outage")
    assert told(WentDown(3), pages=pages).detail.endswith(f" Status pages: {'; '.join(pages)}.")
    assert "Status pages" not in told(CameUp(timedelta()), pages=pages).detail


def test_nothing_is_told_to_have_been_before_the_change_before_it():
    event = told(StoppedFlapping(down=False), now=NOON - timedelta(hours=3))
    assert event.at == NOON


@given(st.text(max_size=2000), st.lists(st.text(max_size=300), max_size=9))
def test_words_of_any_length_fit(said, names):
    parts = tuple(Component(name=name, ok=False, said=said) for name in names)
    pulse = Pulse(target=PRODUCTION, since=NOON, state=PulseState.DOWN, said=said, components=parts)
    arrival = arrival_of(TARGET, WentDown(3), pulse, now=NOON, pages=names)
    assert len(arrival.key) <= LONGEST_KEY


def test_of_one_resolve_too_early_is_told_once_and_of_the_next_again():
    first, again = (StillDown(failures, NOON) for failures in (3, 4))
    keys = {
        arrival_of(TARGET, change, DOWN, now=NOON + timedelta(minutes=at), pages=[]).key
        for at, change in enumerate((first, again, StillDown(5, NOON + timedelta(seconds=90))), 1)
    }
    assert len(keys) == 2


def test_every_change_has_a_key_of_its_own():
    changes = (WentDown(3), CameUp(timedelta()), BeganFlapping(20, down=True), StoppedFlapping(down=True))
    keys = [
        arrival_of(TARGET, change, DOWN, now=NOON + timedelta(minutes=at), pages=[]).key
        for at in range(2)
        for change in changes
    ]
    keys += [forgotten(DOWN, now=NOON).key, cut_off(DOWN, silent=3, watched=4).key]
    assert len(set(keys)) == len(keys)
