"""Several looks to go down, several to come up; unknown and paused are neither; flapping is told once."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.pulse import (
    BeganFlapping,
    CameUp,
    Pulse,
    Rules,
    StillDown,
    StoppedFlapping,
    WentDown,
    advance,
    stale,
    would_fall,
)
from bot.engine.pulses import Beat, Component, PulseState

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
RULES = Rules(interval=30, recheck=5, down_after=3, up_after=2, flap_high=20, flap_low=5)
DATABASE = Component(name="database", ok=False, said="timeout")
BEATS = {
    "u": Beat(found="well", said="200", answered=True),
    "d": Beat(found="ill", said="503", answered=True, components=(DATABASE,)),
    "?": Beat(found="unknown", said="401", answered=True),
}
FRESH = Pulse(target="api:production:health", since=NOON)


def steady(**changes) -> Rules:
    """Rules under which nothing ever flaps."""
    fields = {"interval": 30, "recheck": 5, "down_after": 3, "up_after": 2, "flap_high": 101, "flap_low": 5}
    return Rules(**fields | changes)


def play(looks, *, pulse=FRESH, rules=None, paused="", start=NOON):
    """Look once a letter, each when it is due; return the last pulse and what was told, by look."""
    now, told = start, []
    for at, look in enumerate(looks):
        pulse, change = advance(pulse, BEATS[look], now=now, rules=rules or steady(), paused=paused)
        if change is not None:
            told.append((at, change))
        assert pulse.next_at > now
        now = pulse.next_at
    return pulse, told


@pytest.mark.parametrize(
    ("looks", "state", "told"),
    [
        ("", "unknown", []),
        ("u", "up", []),
        ("d", "unknown", []),
        ("dd", "unknown", []),
        ("ddu", "up", []),
        ("ddd", "down", [(2, WentDown(3))]),
        ("uddud", "up", []),
        ("udddd", "down", [(3, WentDown(3))]),
        ("udddu", "down", [(3, WentDown(3))]),
        ("uddduduu", "up", [(3, WentDown(3)), (7, CameUp(timedelta(seconds=70)))]),
        ("ud?d?d", "down", [(5, WentDown(3))]),
        ("uddd?????", "down", [(3, WentDown(3))]),
        ("udddu?u", "up", [(3, WentDown(3)), (6, CameUp(timedelta(seconds=65)))]),
        ("????", "unknown", []),
        ("u????", "up", []),
    ],
)
def test_looks_add_up(looks, state, told):
    pulse, heard = play(looks)
    assert pulse.state == state
    assert heard == told


@pytest.mark.parametrize(
    ("looks", "seconds"),
    [("", 0), ("u", 30), ("ud", 5), ("udd", 5), ("uddd", 30), ("udddd", 30), ("udddu", 5), ("uddduu", 30)],
)
def test_it_is_looked_at_sooner_while_unsure(looks, seconds):
    pulse, _ = play(looks)
    assert (pulse.next_at - pulse.checked_at if looks else timedelta()) == timedelta(seconds=seconds)


def test_a_recheck_is_never_later_than_the_next_look():
    pulse, _ = play("ud", rules=steady(interval=2))
    assert pulse.next_at - pulse.checked_at == timedelta(seconds=2)


def test_an_unknown_look_changes_what_was_said_and_nothing_else():
    before, _ = play("udd")
    after, change = advance(before, BEATS["?"], now=NOON + timedelta(hours=1), rules=RULES, paused="")
    assert change is None
    assert (after.said, after.components, after.checked_at) == ("401", (), NOON + timedelta(hours=1))
    for name in ("state", "since", "bad", "good", "history", "flapping", "known_at"):
        assert getattr(after, name) == getattr(before, name)


def test_what_the_answer_said_of_its_parts_is_kept():
    assert play("ud")[0].components == (DATABASE,)


def test_one_failure_is_enough_where_the_rules_say_so():
    assert play("ud", rules=steady(down_after=1, up_after=1))[1] == [(1, WentDown(1))]


def test_while_paused_failures_count_for_nothing_and_counting_starts_over():
    before, _ = play("udd")
    during, told = play("dddd", pulse=before, paused="run 7 is shipping")
    assert told == []
    assert (during.state, during.bad, during.history) == (PulseState.UP, 0, "udd")
    assert (during.paused, during.said) == ("run 7 is shipping", "503")
    after, told = play("dd", pulse=during)
    assert (after.paused, told) == ("", [])
    assert play("ddd", pulse=during)[1] == [(2, WentDown(3))]


def test_what_comes_up_while_paused_is_told_afterwards():
    down, _ = play("uddd")
    during, told = play("uuu", pulse=down, paused="muted")
    assert (told, during.down) == ([], True)
    ((at, change),) = play("uu", pulse=during)[1]
    assert (at, type(change)) == (1, CameUp)


def test_a_target_first_seen_well_while_paused_is_up():
    assert play("u", paused="muted")[0].state is PulseState.UP
    assert play("d", paused="muted")[0].state is PulseState.UNKNOWN


def test_flapping_is_told_once_and_its_end_says_how_it_is():
    pulse, told = play("u" * 5 + "ududud", rules=RULES)
    ((_, change),) = told
    assert isinstance(change, BeganFlapping)
    assert (change.down, pulse.flapping) == (False, True)
    after, told = play("dudddduuduuu", pulse=pulse, rules=RULES)
    assert (told, after.flapping) == ([], True)
    calm, told = play("u" * 21, pulse=after, rules=RULES)
    assert ([change for _, change in told], calm.flapping) == ([StoppedFlapping(down=False)], False)
    fallen, told = play("d" * 21, pulse=after, rules=RULES)
    assert ([change for _, change in told], fallen.down) == ([StoppedFlapping(down=True)], True)
    assert [type(change) for _, change in play("uu", pulse=fallen, rules=steady())[1]] == [CameUp]


def test_flapping_that_begins_while_down_says_that_people_know_already():
    told = play("uuuddduududd", rules=RULES)[1]
    assert [type(change) for _, change in told] == [WentDown, CameUp, BeganFlapping]
    assert not told[-1][1].down
    told = play("uuudddududd", rules=RULES)[1]
    assert [type(change) for _, change in told] == [WentDown, BeganFlapping]
    assert told[-1][1].down


def test_an_outage_ends_flapping_long_before_the_ups_and_downs_are_forgotten():
    flaps, _ = play("u" * 21 + "dudududu", rules=RULES)
    assert flaps.flapping
    pulse, told = play("ddddd", pulse=flaps, rules=RULES)
    assert (told, pulse.flapping, pulse.down) == ([], True, True)
    pulse, told = play("d", pulse=pulse, rules=RULES)
    assert (told, pulse.flapping, pulse.down) == ([(0, StoppedFlapping(down=True))], False, True)
    assert pulse.next_at - flaps.next_at < timedelta(minutes=3)
    _, told = play("ddduu", pulse=pulse, rules=RULES)
    assert [type(change) for _, change in told] == [CameUp]


def test_one_outage_is_no_flapping():
    assert not any(
        isinstance(change, BeganFlapping) for _, change in play("u" * 9 + "ddddduu", rules=RULES)[1]
    )


@pytest.mark.parametrize(
    ("before", "look", "minutes", "news"),
    [
        ("uddd", "d", 5, True),
        ("uddd", "u", 5, False),  # on its way up
        ("uddd", "?", 5, False),
        ("udddu", "d", 5, False),  # counted anew, as any outage is
        ("udddudd", "d", 5, True),
        ("uddd", "d", -5, False),  # of the time before: what began since is being told
        ("uddddd", "d", None, False),
        ("udd", "d", 5, False),
    ],
)
def test_an_alert_resolved_in_the_middle_of_an_outage_is_told_that_it_goes_on(before, look, minutes, news):
    pulse, _ = play(before)
    over = None if minutes is None else NOON + timedelta(minutes=minutes)
    after, change = advance(
        pulse, BEATS[look], now=NOON + timedelta(minutes=6), rules=steady(), paused="", called_over=over
    )
    assert isinstance(change, StillDown) is news
    if news:
        assert change == StillDown(after.bad, over)


@pytest.mark.parametrize("paused", ["", "muted"])
def test_while_paused_nobody_hears_that_it_goes_on(paused):
    pulse, _ = play("uddd")
    over, now = NOON + timedelta(minutes=5), NOON + timedelta(minutes=6)
    _, change = advance(pulse, BEATS["d"], now=now, rules=steady(), paused=paused, called_over=over)
    assert (change is None) is bool(paused)


def test_a_clock_put_back_breaks_nothing():
    down, _ = play("uddd", start=NOON)
    before = NOON - timedelta(hours=3)
    assert down.due(before)
    up, ((_, change),) = play("uu", pulse=down, start=before)
    assert change == CameUp(timedelta())
    assert up.since > down.since
    again, told = play("ddd", pulse=up, start=before + timedelta(minutes=1))
    assert ([type(change) for _, change in told], again.since > up.since) == ([WentDown], True)


def test_a_target_is_due_from_its_time_on_and_at_once_when_new():
    pulse, _ = play("u")
    assert FRESH.due(NOON)
    assert not pulse.due(pulse.next_at - timedelta(microseconds=1))
    assert pulse.due(pulse.next_at)


def test_how_it_is_gets_stale_when_no_look_can_tell():
    pulse, _ = play("u??")
    assert pulse.known_at == NOON
    assert not stale(pulse, NOON + timedelta(seconds=90), 90)
    assert stale(pulse, NOON + timedelta(seconds=91), 90)
    assert stale(FRESH, NOON, 90)
    assert not stale(pulse, NOON - timedelta(days=1), 90)


def test_the_look_that_takes_it_down_is_known_beforehand():
    assert [would_fall(play(looks)[0], BEATS["d"], RULES) for looks in ("u", "ud", "udd", "uddd")] == [
        False,
        False,
        True,
        False,
    ]
    assert not would_fall(play("udd")[0], BEATS["?"], RULES)


looks = st.text("ud?", max_size=80)
rules = st.builds(
    Rules,
    interval=st.just(30.0),
    recheck=st.just(5.0),
    down_after=st.integers(1, 4),
    up_after=st.integers(1, 4),
    flap_high=st.sampled_from([10.0, 20.0, 50.0, 101.0]),
    flap_low=st.sampled_from([0.0, 5.0]),
)


@given(looks, rules)
def test_down_and_up_take_turns_unless_flapping_lies_between(looks, rules):
    known = None  # what people were told last: down, up, flapping
    for _, change in play(looks, rules=rules)[1]:
        match change:
            case WentDown():
                assert known in (None, "up")
                known = "down"
            case CameUp():
                assert known == "down"
                known = "up"
            case BeganFlapping(_, down):
                assert (known == "down") is down
                known = "flapping"
            case StoppedFlapping(down):
                assert known == "flapping"
                known = "down" if down else "up"


@given(looks, rules)
def test_what_people_were_told_last_is_how_it_is(looks, rules):
    pulse, told = play(looks, rules=rules)
    last = told[-1][1] if told else None
    said_down = isinstance(last, WentDown) or (isinstance(last, StoppedFlapping) and last.down)
    assert pulse.flapping is isinstance(last, BeganFlapping)
    if not pulse.flapping:
        assert pulse.down is said_down


@given(looks)
def test_unknown_looks_never_change_what_is_told(looks):
    without = looks.replace("?", "")
    told = [type(change) for _, change in play(looks, rules=RULES)[1]]
    assert told == [type(change) for _, change in play(without, rules=RULES)[1]]


@given(looks, st.integers(0, 80), looks)
def test_a_pause_adds_nothing_to_the_history_and_tells_nothing(looks, at, paused):
    before, _ = play(looks[:at], rules=RULES)
    during, told = play(paused, pulse=before, rules=RULES, paused="muted")
    assert told == []
    assert (during.history, during.flapping) == (before.history, before.flapping)
    assert during.down is before.down
