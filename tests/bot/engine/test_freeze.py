from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.engine.freeze import BadWindow, Frozen, Thawed, Window, check_window, frozen

MINUTE = timedelta(minutes=1)
FRIDAY = datetime(2026, 11, 27, tzinfo=UTC)


def window(starts, ends, timezone="Europe/Berlin"):
    return Window(starts=starts, ends=ends, timezone=timezone, because="weekend")


WEEKEND = window("0 16 * * 5", "0 8 * * 1")
NIGHT = window("0 20 * * *", "0 6 * * *")


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_weekend_is_frozen_from_friday_to_monday():
    since, until = utc("2026-11-27 15:00"), utc("2026-11-30 07:00")
    for now in (since, utc("2026-11-28 23:00"), until - MINUTE):
        assert frozen((WEEKEND,), now) == Frozen(WEEKEND, since, until)
    assert frozen((WEEKEND,), since - MINUTE) == Thawed(since)
    assert frozen((WEEKEND,), until) == Thawed(utc("2026-12-04 15:00"))


def test_a_night_is_frozen_over_midnight():
    assert frozen((NIGHT,), utc("2026-11-27 23:30")) == Frozen(
        NIGHT, utc("2026-11-27 19:00"), utc("2026-11-28 05:00")
    )


def test_a_window_moves_with_the_clocks_of_its_zone():
    assert frozen((NIGHT,), utc("2026-07-01 18:00")) == Frozen(
        NIGHT, utc("2026-07-01 18:00"), utc("2026-07-02 04:00")
    )


def test_a_window_that_starts_again_while_open_is_frozen_since_its_first_start():
    daily = window("0 16 * * 1-5", "0 8 * * 1")
    assert frozen((daily,), utc("2026-11-26 12:00")) == Frozen(
        daily, utc("2026-11-23 15:00"), utc("2026-11-30 07:00")
    )


def test_an_end_that_clocks_skip_still_ends_the_window():
    early = window("0 22 * * 6", "30 2 * * 0")
    jump = utc("2026-03-29 01:00")
    assert frozen((early,), jump - MINUTE) == Frozen(early, utc("2026-03-28 21:00"), jump)
    assert isinstance(frozen((early,), jump), Thawed)


def test_a_start_that_clocks_skip_still_starts_the_window():
    late = window("30 2 * * 0", "0 12 * * 0")
    jump = utc("2026-03-29 01:00")
    assert frozen((late,), jump) == Frozen(late, jump, utc("2026-03-29 10:00"))


def test_a_window_that_clocks_skip_wholly_does_not_open():
    skipped = window("15 2 * * 0", "45 2 * * 0")
    assert frozen((skipped,), utc("2026-03-29 01:00")) == Thawed(utc("2026-04-05 00:15"))


def test_a_window_that_clocks_show_twice_opens_twice():
    twice = window("15 2 * * 0", "45 2 * * 0")
    assert frozen((twice,), utc("2026-10-25 00:30")) == Frozen(
        twice, utc("2026-10-25 00:15"), utc("2026-10-25 00:45")
    )
    assert frozen((twice,), utc("2026-10-25 00:50")) == Thawed(utc("2026-10-25 01:15"))
    assert isinstance(frozen((twice,), utc("2026-10-25 01:30")), Frozen)


def test_a_yearly_window_is_found_from_any_day_of_the_year():
    winter = window("0 0 20 12 *", "0 9 2 1 *")
    assert frozen((winter,), utc("2026-01-02 07:59")) == Frozen(
        winter, utc("2025-12-19 23:00"), utc("2026-01-02 08:00")
    )
    assert frozen((winter,), utc("2026-06-01 00:00")) == Thawed(utc("2026-12-19 23:00"))


def test_of_several_open_windows_the_one_that_ends_last_is_named():
    assert frozen((NIGHT, WEEKEND), utc("2026-11-28 22:00")).window == WEEKEND
    assert frozen((WEEKEND, NIGHT), utc("2026-11-24 22:00")).window == NIGHT


def test_outside_all_windows_the_nearest_start_is_named():
    assert frozen((WEEKEND, NIGHT), utc("2026-11-24 12:00")) == Thawed(utc("2026-11-24 19:00"))
    assert frozen((), utc("2026-11-24 12:00")) == Thawed(None)


@pytest.mark.parametrize(
    "good", [WEEKEND, NIGHT, window("0 0 24 DEC *", "0 0 27 dec *"), window("0 12 L * *", "0 8 1 * *")]
)
def test_a_sound_window_passes(good):
    assert check_window(good) is None


@pytest.mark.parametrize(
    ("bad", "field", "problem"),
    [
        (window("0 16 * * 5", "0 8 * * 1", "Berlin"), "timezone", "'Berlin' is not a time zone"),
        (window("friday", "0 8 * * 1"), "starts", "'friday' is not a cron time"),
        (window("0 16 * * 5", "0 25 * * 1"), "ends", "'0 25 * * 1' is not a cron time"),
        (window("0 16 * * 5", ""), "ends", "'' is not a cron time"),
        (window("@daily", "0 8 * * 1"), "starts", "'@daily' is not a cron time"),
        (window("0 0 16 * * 5", "0 8 * * 1"), "starts", "'0 0 16 * * 5' is not a cron time"),
        (window("R R * * *", "0 8 * * 1"), "starts", "'R R * * *' is not a cron time"),
        (window("H(0-9) 1 * * *", "0 8 * * 1"), "starts", "'H(0-9) 1 * * *' is not a cron time"),
        (window("0 16 * * 5", "0 0 30 2 *"), "ends", "'0 0 30 2 *' never happens"),
        (window("0 0 31 4 *", "0 8 * * 1"), "starts", "'0 0 31 4 *' never happens"),
        (window("0 8 * * 5", "0 8 * * 5"), "ends", "the window sometimes starts and ends at the same minute"),
        (window("0 8 * * *", "0 8 1 * *"), "ends", "the window sometimes starts and ends at the same minute"),
        (window("* * * * *", "0 8 * * 1"), "ends", "the window sometimes starts and ends at the same minute"),
    ],
)
def test_a_window_that_cannot_work_is_refused_with_what_to_write(bad, field, problem):
    said = check_window(bad)
    assert isinstance(said, BadWindow)
    assert (said.field, said.problem) == (field, problem)
    assert said.advice


def test_the_same_time_on_days_that_never_meet_is_a_sound_window():
    assert check_window(window("0 8 * * 5", "0 8 * * 1")) is None


TIMES = [(hour, minute) for hour in (0, 1, 2, 3, 12, 23) for minute in (0, 15, 30, 45)]
CHANGES = [
    ("Europe/Berlin", "2026-03-29"),
    ("Europe/Berlin", "2026-10-25"),
    ("America/New_York", "2026-03-08"),
    ("America/New_York", "2026-11-01"),
    ("Europe/Dublin", "2026-10-25"),
    ("Australia/Lord_Howe", "2026-04-05"),
    ("Australia/Lord_Howe", "2026-10-04"),
    ("America/Santiago", "2026-09-06"),
    ("Asia/Kolkata", "2026-05-05"),
]
"""Zones with whole and half hours of daylight saving, its absence, and its opposite; and when clocks turn."""


def scan(starts, ends, zone, first, last):
    """Whether it is frozen at each minute, by walking all minutes and the times that clocks skipped."""
    on, state, known = {}, False, False
    shown_before = None
    now = first
    while now <= last:
        shown = now.astimezone(zone).replace(tzinfo=None)
        passed = [shown]
        if shown_before is not None and shown - shown_before > MINUTE:
            skipped = int((shown - shown_before) / MINUTE)
            passed = [shown_before + MINUTE * step for step in range(1, skipped + 1)]
        for clock in passed:
            for (hour, minute, weekdays), opens in ((ends, False), (starts, True)):
                if (clock.hour, clock.minute) == (hour, minute) and clock.weekday() in weekdays:
                    state, known = opens, True
        on[now] = state if known else None
        shown_before = shown
        now += MINUTE
    return on


def cron(edge):
    hour, minute, weekdays = edge
    return f"{minute} {hour} * * {','.join(str((day + 1) % 7) for day in sorted(weekdays))}"


edges = st.builds(
    lambda time, days: (*time, days),
    st.sampled_from(TIMES),
    st.sets(st.integers(0, 6), min_size=1, max_size=7),
)


@settings(max_examples=25, deadline=None)
@given(starts=edges, ends=edges, where=st.sampled_from(CHANGES), offset=st.integers(0, 2 * 1440))
@example(starts=(2, 30, {6}), ends=(2, 15, {6}), where=CHANGES[1], offset=1500)
@example(starts=(2, 15, {6}), ends=(2, 45, {6}), where=CHANGES[0], offset=1500)
def test_it_is_frozen_exactly_when_a_scan_of_every_minute_says_so(starts, ends, where, offset):
    zone = ZoneInfo(where[0])
    middle = datetime.fromisoformat(where[1]).replace(tzinfo=UTC)
    one = window(cron(starts), cron(ends), where[0])
    if check_window(one) is not None:
        return  # starts and ends at the same minute
    on = scan(starts, ends, zone, middle - timedelta(days=9), middle + timedelta(days=9))
    begin = middle - timedelta(days=1) + offset * MINUTE
    for now in (begin + step * 7 * MINUTE for step in range(30)):
        said = frozen((one,), now)
        assert isinstance(said, Frozen) == on[now]
        change = said.until if isinstance(said, Frozen) else said.next_start
        if isinstance(said, Frozen):
            assert said.since <= now < change
            assert on[said.since]
        elif change > now + MINUTE:
            assert not on[change - MINUTE]
