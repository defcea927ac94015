"""When a silence is unusual."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.engine.silence import LEAST, ROOM, silent_for, unusual_after
from tests.bot.engine._groups import later

FLOOR = timedelta(hours=6)
HOURLY = [later(3600 * hour) for hour in range(LEAST)]
LAST = max(HOURLY)


def test_with_few_deliveries_nothing_is_usual_yet():
    assert unusual_after(HOURLY[1:], floor=FLOOR) is None
    assert silent_for(HOURLY[1:], later(10**7), floor=FLOOR) is None
    assert silent_for([], later(0), floor=FLOOR) is None


def test_a_silence_is_never_unusual_before_the_floor():
    assert unusual_after(HOURLY, floor=FLOOR) == FLOOR
    assert silent_for(HOURLY, LAST + FLOOR, floor=FLOOR) is None
    assert silent_for(HOURLY, LAST + FLOOR + timedelta(seconds=1), floor=FLOOR) == FLOOR + timedelta(
        seconds=1
    )


def test_twice_the_longest_pause_is_usual():
    seldom = [*HOURLY, LAST + timedelta(hours=12)]
    assert unusual_after(seldom, floor=FLOOR) == timedelta(hours=12) * ROOM


def test_a_clock_that_went_back_is_no_silence():
    assert silent_for(HOURLY, LAST - timedelta(hours=1), floor=FLOOR) is None


@given(st.permutations(HOURLY))
def test_the_order_of_deliveries_does_not_matter(deliveries):
    assert unusual_after(deliveries, floor=timedelta(0)) == timedelta(hours=1) * ROOM
