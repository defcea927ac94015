from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.when import (
    Misread,
    Moment,
    find_zone,
    instants,
    parse_length,
    parse_when,
    say_duration,
    until_words,
)

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)
"""13:00 in Berlin."""


def utc(day, hour, minute=0, month=11, year=2026):
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("2h", 120),
        ("2h30m", 150),
        ("2 h 30 min", 150),
        ("45m", 45),
        ("3d", 3 * 1440),
        ("1 day 2 hours", 26 * 60),
        ("0m", 0),
    ],
)
def test_a_length_of_time_is_read_as_people_write_it(typed, minutes):
    assert parse_length(typed) == timedelta(minutes=minutes)


@pytest.mark.parametrize("typed", ["", "2", "h", "2x", "2h and", "-2h", "2hm", "1.5h"])
def test_what_is_no_length_is_not_guessed_at(typed):
    assert parse_length(typed) is None


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("for 2h", utc(23, 14)),
        ("2h30m", utc(23, 14, 30)),
        ("until 2h", utc(23, 14)),
        ("until 18:00", utc(23, 17)),
        ("UNTIL 18:00", utc(23, 17)),
        ("18:00", utc(23, 17)),
        ("until 6pm", utc(23, 17)),
        ("until 6:30 pm", utc(23, 17, 30)),
        ("until 18:00 utc", utc(23, 18)),
        ("until 8:00", utc(24, 7)),
        ("until fri 8:00", utc(27, 7)),
        ("until Friday 8am", utc(27, 7)),
        ("until mon 18:00", utc(23, 17)),
        ("until mon 8:00", utc(30, 7)),
        ("until tomorrow 8:00", utc(24, 7)),
        ("until today 18:00", utc(23, 17)),
        ("until 2026-12-24 18:00", utc(24, 17, month=12)),
        ("until 2027-07-01 12:00", utc(1, 10, month=7, year=2027)),
        ("until 12am", utc(23, 23)),
        ("until 12pm", utc(24, 11)),
    ],
)
def test_a_moment_is_read_on_the_clocks_of_the_zone(typed, at):
    assert parse_when(typed, MONDAY, BERLIN) == Moment(at)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", "no time is given"),
        ("until", "no time is given"),
        ("until later", "“later” is no time"),
        ("until 18", "“18” is no time"),
        ("until 25:00", "“25:00” is no time"),
        ("until 13pm", "“13pm” is no time"),
        ("until fri", "“fri” names a day and no time"),
        ("until 2026-02-30 8:00", "“2026-02-30 8:00” is no time"),
        ("until utc", "“” is no time"),
        ("for fri", "“fri” is no length of time"),
        ("for 0m", "“0m” is no time at all"),
        ("until today 8:00", "“today 8:00” is over"),
        ("until 2026-11-22 8:00", "“2026-11-22 8:00” is over"),
        ("until 0001-01-01 0:00", "“0001-01-01 0:00” is over"),
        ("until 9999-12-31 23:59", "that is more than a year away"),
        ("for 400d", "that is more than a year away"),
        ("for 999999d999999d", "that is more than a year away"),
    ],
)
def test_what_is_no_moment_to_come_is_refused_with_what_to_write(typed, problem):
    said = parse_when(typed, MONDAY, BERLIN)
    assert isinstance(said, Misread)
    assert said.problem == problem
    assert said.advice


@given(st.text(max_size=40) | st.from_regex(r"(until |for )?[0-9a-z:\- ]{0,20}", fullmatch=True))
def test_whatever_is_typed_is_a_moment_within_a_year_or_is_refused(typed):
    said = parse_when(typed, MONDAY, BERLIN)
    if isinstance(said, Moment):
        assert MONDAY < said.at <= MONDAY + timedelta(days=366)


def test_a_time_that_clocks_skip_is_the_moment_they_jump():
    assert instants(datetime(2026, 3, 29, 2, 30), BERLIN) == (utc(29, 1, month=3),)  # noqa: DTZ001 - what clocks show


def test_a_time_that_clocks_show_twice_is_two_moments():
    shown = datetime(2026, 10, 25, 2, 30)  # noqa: DTZ001 - what clocks show
    assert instants(shown, BERLIN) == (utc(25, 0, 30, month=10), utc(25, 1, 30, month=10))


def test_a_hold_until_a_time_shown_twice_lasts_to_the_second():
    assert parse_when("until 2:30", utc(24, 20, month=10), BERLIN) == Moment(utc(25, 1, 30, month=10))


@pytest.mark.parametrize("name", ["", "Europe", "Europe/Nowhere", "../etc/passwd", "/etc/passwd", "CE\0T"])
def test_what_is_no_zone_is_none(name):
    assert find_zone(name) is None


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-3, "0.0 s"), (42, "42 s"), (102, "1 min 42 s"), (11_520, "3 h 12 min"), (3 * 86400, "3 days")],
)
def test_a_length_is_said_in_two_units_at_most(seconds, said):
    assert say_duration(seconds) == said


@pytest.mark.parametrize(
    ("until", "said"),
    [
        (None, "until somebody ends it"),
        (utc(23, 17), "until 18:00 CET"),
        (utc(27, 7), "until Fri 08:00 CET"),
        (utc(30, 7), "until 2026-11-30 08:00 CET"),
        (utc(20, 7), "until 2026-11-20 08:00 CET"),
    ],
)
def test_an_end_is_said_with_as_much_date_as_it_needs(until, said):
    assert until_words(until, MONDAY, BERLIN) == said
