from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.freeze import Window
from bot.engine.holds import PAWDEPLOY, Free, FrozenBy, FrozenWindow, Hold, HoldKind, Locked, blocking

SATURDAY = datetime(2026, 11, 28, 12, tzinfo=UTC)
WEEKEND = Window(starts="0 16 * * 5", ends="0 8 * * 1", timezone="UTC", because="weekend")


def hold(number=1, kind=HoldKind.LOCK, by="UA", hours=None, since=-1, **more):
    facts = {
        "service": "api",
        "environment": "production",
        "since": SATURDAY + timedelta(hours=since),
        "until": None if hours is None else SATURDAY + timedelta(hours=hours),
        "reason": "migration",
    }
    return Hold(id=number, kind=kind, by=by, **{**facts, **more})


def freeze(number=2, **more):
    return hold(number, HoldKind.FREEZE, **more)


def rollback(number=3, **more):
    return hold(number, by=PAWDEPLOY, run_id=9, **more)


def stopped(*holds, windows=(), user="UB", emergency=False, service="api", environment="production"):
    return blocking(
        holds, windows, service=service, environment=environment, user=user, emergency=emergency, now=SATURDAY
    )


def test_nothing_held_is_free():
    assert stopped() == Free()


@pytest.mark.parametrize("emergency", [False, True])
def test_a_persons_lock_stops_everybody_but_them(emergency):
    assert stopped(hold(), emergency=emergency) == Locked(hold())
    assert stopped(hold(), user="UA", emergency=emergency) == Free()


@pytest.mark.parametrize("emergency", [False, True])
@pytest.mark.parametrize("user", ["UA", "UB", PAWDEPLOY])
def test_a_rollbacks_lock_stops_everybody(user, emergency):
    assert stopped(rollback(), user=user, emergency=emergency) == Locked(rollback())


def test_a_freeze_stops_everybody_who_set_it_too():
    assert stopped(freeze(), user="UA") == FrozenBy(freeze())


def test_an_emergency_passes_freezes_and_windows():
    assert stopped(freeze(), windows=(WEEKEND,), emergency=True) == Free()


def test_a_window_stops_and_says_since_when_and_until_when():
    said = stopped(windows=(WEEKEND,), user="UA")
    assert said == FrozenWindow(WEEKEND, SATURDAY - timedelta(hours=20), SATURDAY + timedelta(hours=44))


def test_under_ones_own_lock_a_freeze_still_stops():
    assert stopped(hold(), freeze(), user="UA") == FrozenBy(freeze())


def test_an_expired_hold_stops_nobody_from_that_very_moment():
    assert stopped(hold(hours=0)) == Free()
    assert stopped(freeze(hours=-1)) == Free()
    assert stopped(rollback(hours=0)) == Free()
    assert stopped(hold(hours=0.001)) == Locked(hold(hours=0.001))


def test_a_hold_that_seems_to_begin_later_stops_since_the_clock_moved_back():
    assert stopped(hold(since=2)) == Locked(hold(since=2))


def test_a_hold_stops_only_where_it_is():
    assert stopped(hold(environment="staging")) == Free()
    assert stopped(hold(service="web")) == Free()
    assert stopped(hold(service="")) == Locked(hold(service=""))


def test_the_hardest_to_get_past_is_named_first():
    mine, lock, forever = hold(1, by="UB"), hold(4, hours=1), hold(5)
    everything = (mine, freeze(), lock, forever, rollback(hours=1))
    assert stopped(*everything, windows=(WEEKEND,)) == Locked(rollback(hours=1))
    assert stopped(*everything[:-1], windows=(WEEKEND,)) == Locked(forever)
    assert stopped(*everything[:3], windows=(WEEKEND,)) == Locked(lock)
    assert stopped(*everything[:2], windows=(WEEKEND,)) == FrozenBy(freeze())


holds = st.lists(
    st.builds(
        hold,
        st.integers(1, 99),
        st.sampled_from(HoldKind),
        st.sampled_from(["UA", "UB", PAWDEPLOY]),
        st.none() | st.integers(-2, 2),
        service=st.sampled_from(["", "api", "web"]),
        environment=st.sampled_from(["production", "staging"]),
    ),
    max_size=6,
).map(tuple)


@given(holds=holds, emergency=st.booleans())
def test_free_means_that_no_hold_in_force_there_stops_this_person(holds, emergency):
    said = stopped(*holds, emergency=emergency)
    stopping = [
        one
        for one in holds
        if one.environment == "production"
        and one.service in {"", "api"}
        and (one.until is None or one.until > SATURDAY)
        and (not emergency if one.kind is HoldKind.FREEZE else one.by != "UB")
    ]
    assert (said == Free()) == (not stopping)
    if isinstance(said, Locked | FrozenBy):
        assert said.hold in stopping
