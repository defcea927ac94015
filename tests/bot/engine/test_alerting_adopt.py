"""What a source answers settles how its alert stands, whatever was told before."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.alert_notes import NoteKind
from bot.engine.alerting import adopt, fold
from bot.engine.alerts import AlertState, Happening
from bot.engine.sentry_issues import state_of
from tests.bot.engine._groups import an_issue, begun, later, sentry

FIRING, RESOLVED, ARCHIVED = AlertState.FIRING, AlertState.RESOLVED, AlertState.ARCHIVED
ANN = "U0ANNREQ001"
STATUSES = {"unresolved": FIRING, "resolved": RESOLVED, "ignored": ARCHIVED, "a new word": FIRING}


@pytest.mark.parametrize(("status", "state"), STATUSES.items())
@pytest.mark.parametrize("before", [*AlertState])
def test_the_answer_is_how_it_stands(before, status, state):
    group = replace(begun(sentry()), state=before)
    after = adopt(group, an_issue(status=status), now=later(9)).group
    assert (after.state, after.stale, after.synced_at) == (state, False, later(9))


def test_the_answer_knows_everything_better():
    group = begun(sentry(title="old", events=99, assignee="somebody", release="r0"))
    known = an_issue(
        title="new", events=7, users=3, assignee="Ann", assignee_email="ann@x", last_release="r2",
        first_release="r1", url="https://s/1", spark=(1, 2), substatus="ongoing",
        first_seen=later(-60), last_seen=later(3),
    )  # fmt: skip
    after = adopt(group, known, now=later(9)).group
    assert (after.title, after.events, after.users, after.assignee) == ("new", 7, 3, "ann@x")
    assert (after.release, after.first_release, after.spark) == ("r2", "r1", (1, 2))
    assert (after.first_seen, after.last_seen, after.times) == (later(-60), later(3), 1)


def test_what_the_answer_leaves_out_is_kept():
    group = begun(sentry(title="told", url="https://s/1", release="r1"))
    after = adopt(
        replace(group, spark=(1, 2)), an_issue(title="", url="", last_release=""), now=later(9)
    ).group
    assert (after.title, after.url, after.release, after.spark) == ("told", "https://s/1", "r1", (1, 2))


def test_a_clock_that_is_ahead_makes_nothing_happen_in_the_future():
    ahead = an_issue(first_seen=later(300), last_seen=later(300))
    after = adopt(begun(sentry()), ahead, now=later(9)).group
    assert (after.first_seen, after.last_seen) == (later(0), later(9))


def test_the_same_answer_again_is_nothing_new():
    once = adopt(begun(sentry()), an_issue(), now=later(9)).group
    again = adopt(once, an_issue(), now=later(99))
    assert not again.urgent
    assert again.note is None


def test_mere_counts_in_an_answer_are_not_urgent():
    once = adopt(begun(sentry()), an_issue(), now=later(9)).group
    assert not adopt(once, an_issue(events=1000, users=400), now=later(99)).urgent


def test_who_of_us_moved_it_is_named_and_a_comeback_is_said():
    over = adopt(begun(sentry()), an_issue(status="resolved"), now=later(9), by=ANN)
    assert (over.group.state_by, over.urgent) == (ANN, True)
    back = adopt(over.group, an_issue(substatus="regressed"), now=later(99))
    assert (back.group.openings, back.note.kind, back.note.detail) == (2, NoteKind.REOPENED, "regressed")


def test_a_change_that_was_told_before_our_own_answer_came_is_still_ours():
    told = fold(begun(sentry()), sentry(Happening.RESOLVED, 3), asks=True).group
    assert adopt(told, an_issue(status="resolved"), now=later(5), by=ANN).group.state_by == ANN


def test_an_answer_that_may_be_older_than_what_was_told_meanwhile_moves_nothing_and_is_asked_for_again():
    asked = begun(sentry())
    told = fold(asked, sentry(Happening.RESOLVED, 3, substatus="x"), asks=True).group
    late = adopt(told, an_issue(events=9), now=later(5), doubts=asked.doubts)
    assert (late.group.state, late.group.stale, late.group.substatus) == (RESOLVED, True, "x")
    assert (late.group.events, late.note) == (9, None)
    settled = adopt(late.group, an_issue(), now=later(6), doubts=late.group.doubts).group
    assert (settled.state, settled.stale) == (FIRING, False)


def test_what_we_have_just_done_holds_whatever_was_told_meanwhile_and_is_asked_for_again():
    asked = begun(sentry())
    told = fold(asked, sentry(Happening.ESCALATED, 3), asks=True).group
    done = adopt(told, an_issue(status="resolved"), now=later(5), doubts=asked.doubts, by=ANN).group
    assert (done.state, done.state_by, done.stale) == (RESOLVED, ANN, True)


happenings = st.builds(sentry, st.sampled_from(Happening), st.integers(-50, 50))


@given(st.lists(happenings, max_size=10), st.sampled_from(sorted(STATUSES)))
def test_after_any_messages_the_answer_decides(told, status):
    group = begun(sentry())
    for event in told:
        group = fold(group, event, asks=True).group
    known = an_issue(status=status)
    assert adopt(group, known, now=later(60)).group.state is state_of(known)
