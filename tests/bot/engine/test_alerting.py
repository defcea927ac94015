"""How a group changes by what is told of it, late, twice and out of order."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.alert_notes import NoteKind
from bot.engine.alerting import (
    REFRESH,
    SOON,
    Fold,
    begin,
    fold,
    reopen,
    resolve,
)
from bot.engine.alerts import TELLING, AlertState, Happening, Severity
from tests.bot.engine._groups import begun, folded, later, sentry, told

FIRING, RESOLVED, ARCHIVED = AlertState.FIRING, AlertState.RESOLVED, AlertState.ARCHIVED
ANN = "U0ANNREQ001"


@pytest.mark.parametrize("happening", sorted(set(Happening) - TELLING))
def test_what_ends_or_notes_something_unknown_begins_nothing(happening):
    assert begin(told(happening), asks=False) is None


@pytest.mark.parametrize("happening", sorted(TELLING))
def test_what_tells_that_it_happens_begins_a_group(happening):
    group = begun(told(happening, tags={"team": "storage"}))
    assert (group.state, group.times, group.openings, group.stale) == (FIRING, 1, 1, False)
    assert group.tags == (("team", "storage"),)
    assert group.severity is Severity.ERROR


def test_an_issue_is_to_be_asked_about_from_the_start_where_sentry_can_be_asked():
    assert begun(sentry(), asks=True).stale
    assert not begun(sentry(), asks=False).stale
    assert not begun(sentry(issue_id=""), asks=True).stale


def test_a_group_without_a_title_is_called_by_its_fingerprint():
    assert begun(told(title="")).title == "generic:disk"


def test_first_seen_is_never_later_than_the_event_that_tells_it():
    assert begun(told(first_seen=later(60))).first_seen == later(0)
    assert begun(told(first_seen=later(-60), last_seen=later(-30))).last_seen == later(0)


def test_each_telling_is_counted_and_nothing_else_is():
    done = folded(
        begun(told()), told(at=1), told(Happening.NOTED, 2), told(Happening.ASSIGNED, 3), told(at=4)
    )
    assert done.group.times == 3
    assert done.group.last_seen == later(4)


def test_a_count_that_comes_late_takes_nothing_back():
    group = begun(sentry(events=10, users=5))
    after = folded(group, sentry(at=-5, events=7, users=None), asks=True).group
    assert (after.events, after.users, after.times) == (10, 5, 2)


def test_mere_counts_are_not_urgent_and_a_new_title_is():
    group = begun(told())
    assert not fold(group, told(at=5), asks=False).urgent
    assert fold(group, told(at=5, title="Disk is fuller"), asks=False).urgent


def test_an_older_event_does_not_take_back_release_detail_or_severity():
    group = begun(told(at=10, release="b", detail="new", severity=Severity.CRITICAL))
    after = folded(group, told(at=5, release="a", detail="old", severity=Severity.WARNING)).group
    assert (after.release, after.detail, after.severity) == ("b", "new", Severity.CRITICAL)
    assert after.last_seen == later(10)


def test_what_comes_back_after_its_end_reopens_with_a_word_in_its_thread():
    group = folded(begun(told()), told(Happening.RESOLVED, 10)).group
    done = fold(replace(group, acked_by=ANN, acked_at=later(1)), told(at=20, detail="again"), asks=False)
    assert (done.group.state, done.group.openings, done.group.opened_at) == (FIRING, 2, later(20))
    assert (done.group.acked_by, done.group.acked_at) == ("", None)
    assert done.urgent
    assert done.note.kind is NoteKind.REOPENED


def test_what_happened_before_the_end_and_comes_after_it_reopens_nothing():
    group = folded(begun(told()), told(Happening.RESOLVED, 10)).group
    after = folded(group, told(at=9), told(at=10)).group
    assert (after.state, after.openings, after.times) == (RESOLVED, 1, 3)


@pytest.mark.parametrize("end", [Happening.RESOLVED, Happening.ARCHIVED])
def test_an_end_that_is_older_than_what_happened_since_ends_nothing(end):
    group = folded(begun(told()), told(Happening.RESOLVED, 10), told(at=30)).group
    done = fold(group, told(end, 20), asks=False)
    assert done.group.state is FIRING
    assert not done.urgent


def test_a_senders_clock_that_is_behind_hides_nothing_that_comes_after_one_of_us_pressed():
    group = folded(begun(told(at=-60)), told(at=-50)).group
    over = resolve(group, at=later(0), by=ANN).group
    assert folded(over, told(at=-50)).group.state is RESOLVED  # of that whoever resolved it knew
    again = fold(over, told(at=-40), asks=False)
    assert (again.group.state, again.note.kind) == (FIRING, NoteKind.REOPENED)
    back = reopen(over, at=later(5), by=ANN).group
    assert folded(back, told(Happening.RESOLVED, -51)).group.state is FIRING
    assert folded(back, told(Happening.RESOLVED, -30)).group.state is RESOLVED


def test_a_comeback_older_than_the_end_reopens_nothing_where_nobody_can_be_asked():
    group = folded(begun(told()), told(Happening.RESOLVED, 10)).group
    for late in (Happening.REOPENED, Happening.ESCALATED):
        assert folded(group, told(late, 5)).group.state is RESOLVED


@pytest.mark.parametrize("late", [Happening.REOPENED, Happening.RESOLVED, Happening.ARCHIVED])
def test_a_change_older_than_what_is_known_of_an_issue_only_has_sentry_asked(late):
    group = replace(begun(sentry()), state=RESOLVED, state_at=later(10), stale=False, synced_at=later(10))
    done = fold(group, sentry(late, 5), asks=True)
    assert (done.group.state, done.group.stale, done.note) == (RESOLVED, True, None)
    assert done.group.doubts == group.doubts + 1


def test_an_event_of_an_issue_that_is_over_only_has_sentry_asked():
    group = replace(begun(sentry()), state=RESOLVED, stale=False, synced_at=later(0))
    done = fold(group, sentry(at=5), asks=True)
    assert done.group.state is RESOLVED
    assert done.group.stale
    assert done.note is None


@pytest.mark.parametrize(
    ("asked", "wait"),
    [(-3, SOON), (1, SOON), (20, timedelta(seconds=20)), (60, REFRESH), (86_400, REFRESH)],
)
def test_an_issue_that_goes_on_is_asked_about_the_less_often_the_longer_it_does(asked, wait):
    group = replace(begun(sentry()), stale=False, synced_at=later(asked))
    due = asked + wait.total_seconds()
    assert not folded(group, sentry(at=due - 1), asks=True).group.stale
    assert folded(group, sentry(at=due), asks=True).group.stale


@pytest.mark.parametrize("happening", [*Happening])
def test_nothing_that_is_told_answers_a_question_sentry_was_not_asked_yet(happening):
    group = replace(begun(sentry()), stale=True, synced_at=later(0))
    assert folded(group, sentry(happening, 1), asks=True).group.stale


@pytest.mark.parametrize(
    "happening",
    [Happening.REOPENED, Happening.ESCALATED, Happening.RESOLVED, Happening.ARCHIVED, Happening.ASSIGNED],
)
def test_whatever_may_be_a_change_has_sentry_asked(happening):
    group = replace(begun(sentry()), stale=False, synced_at=later(0))
    assert folded(group, sentry(happening, 1), asks=True).group.stale


@pytest.mark.parametrize("happening", [Happening.RESOLVED, Happening.ARCHIVED, Happening.REOPENED])
def test_the_same_change_twice_is_one(happening):
    start = begun(told())
    start = start if happening is not Happening.REOPENED else resolve(start, at=later(1), by="").group
    once = fold(start, told(happening, 10, by="x"), asks=False)
    twice = fold(once.group, told(happening, 11, by="y"), asks=False)
    assert once.urgent
    assert not twice.urgent
    assert twice.note is None
    assert twice.group.state_by == "x"


def test_what_gets_worse_says_so_in_its_thread():
    group = begun(told(severity=Severity.WARNING))
    done = fold(group, told(at=5, severity=Severity.CRITICAL), asks=False)
    assert done.note.kind is NoteKind.ESCALATED
    assert done.group.severity is Severity.CRITICAL
    assert fold(done.group, told(at=6, severity=Severity.WARNING), asks=False).note is None


def test_an_escalation_takes_the_acknowledgement_back_and_of_what_is_over_it_is_a_comeback():
    group = replace(begun(told()), acked_by=ANN, acked_at=later(1))
    done = fold(group, told(Happening.ESCALATED, 5), asks=False)
    assert (done.group.acked_by, done.note.kind) == ("", NoteKind.ESCALATED)
    assert done.group.openings == 1
    over = resolve(group, at=later(2), by=ANN).group
    back = fold(over, told(Happening.ESCALATED, 5), asks=False)
    assert (back.group.state, back.group.openings, back.note.kind) == (FIRING, 2, NoteKind.REOPENED)


def test_people_end_and_reopen_once():
    group = begun(told())
    over = resolve(group, at=later(5), by=ANN)
    assert (over.group.state, over.group.state_by, over.urgent) == (RESOLVED, ANN, True)
    assert resolve(over.group, at=later(6), by="U0BENAPP001").group == over.group
    back = reopen(over.group, at=later(7), by=ANN)
    assert (back.group.state, back.note.by) == (FIRING, ANN)
    assert reopen(back.group, at=later(8), by=ANN) == Fold(back.group)


def test_what_ends_flaps_no_more():
    group = begun(told(flapping=True))
    assert group.flapping
    assert not folded(group, told(Happening.RESOLVED, 5)).group.flapping


def test_a_remark_at_sentry_is_not_what_the_alert_says():
    group = begun(sentry(detail="division by zero"))
    assert (
        folded(group, sentry(Happening.NOTED, 5, detail="mine!"), asks=True).group.detail
        == "division by zero"
    )


events = st.builds(
    lambda happening, at, severity: told(happening, at, severity=severity),
    st.sampled_from(Happening),
    st.integers(-100, 100),
    st.sampled_from([None, *Severity]),
)


@given(st.lists(events, max_size=12))
def test_whatever_comes_in_any_order_counts_add_up_and_times_stay_in_order(told_of):
    group = folded(begun(told()), *told_of).group
    assert group.times == 1 + sum(event.happening in TELLING for event in told_of)
    assert group.first_seen <= group.last_seen
    assert group.openings <= group.times
    assert group.last_seen >= max((e.at for e in told_of if e.happening in TELLING), default=later(0))


@given(st.lists(events, min_size=1, max_size=8), st.data())
def test_an_end_later_than_all_that_was_told_holds_in_any_order(told_of, data):
    happened = [event for event in told_of if event.happening is Happening.FIRED]
    end = told(Happening.RESOLVED, 200)
    shuffled = data.draw(st.permutations([*happened, end]))
    assert folded(begun(told(at=-200)), *shuffled).group.state is RESOLVED
    again = folded(begun(told(at=-200)), *shuffled, told(at=201)).group
    assert again.state is FIRING
    assert again.opened_at - later(0) == timedelta(seconds=201)
