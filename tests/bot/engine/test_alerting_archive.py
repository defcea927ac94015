"""What was put aside stays so for as long as was chosen, whatever its source tells meanwhile."""

import pytest

from bot.engine.alerting import archive, archived_until, fold, unarchive
from bot.engine.alerts import AlertState, Happening, Severity
from tests.bot.engine._groups import begun, folded, later, sentry, told

FIRING, RESOLVED, ARCHIVED = AlertState.FIRING, AlertState.RESOLVED, AlertState.ARCHIVED
ANN = "U0ANNREQ001"


@pytest.mark.parametrize(("how", "at", "breaks_out"), [
    ("forever", 10**6, False), ("3600", 3599, False), ("3600", 3600, True), ("escalating", 10**6, False),
])  # fmt: skip
def test_an_archive_holds_as_long_as_was_chosen(how, at, breaks_out):
    group = archive(begun(told()), at=later(0), by=ANN, how=how).group
    assert (group.state, group.archived_how) == (ARCHIVED, how)
    after = folded(group, told(at=at)).group
    assert (after.state is FIRING) is breaks_out
    if breaks_out:
        assert (after.archived_how, after.archived_until) == ("", None)


@pytest.mark.parametrize(
    ("how", "at", "breaks_out"),
    [("forever", 10**6, False), ("3600", 3599, False), ("3600", 3600, True), ("escalating", 9, True)],
)
def test_an_outage_for_certain_ends_no_archive_before_its_time(how, at, breaks_out):
    group = archive(begun(told(severity=Severity.CRITICAL)), at=later(0), by=ANN, how=how).group
    after = fold(group, told(Happening.ESCALATED, at=at), asks=True)
    assert (after.group.state is FIRING, after.note is not None) == (breaks_out, breaks_out)


def test_an_archive_until_it_escalates_ends_when_it_gets_worse():
    group = archive(begun(told(severity=Severity.WARNING)), at=later(0), by=ANN, how="escalating").group
    assert folded(group, told(at=5, severity=Severity.ERROR)).group.state is FIRING


@pytest.mark.parametrize(("how", "end", "state"), [
    ("forever", 10**6, ARCHIVED), ("3600", 3599, ARCHIVED), ("3600", 3600, RESOLVED),
    ("escalating", 5, RESOLVED),
])  # fmt: skip
def test_the_sources_resolved_ends_no_archive_before_its_time(how, end, state):
    group = archive(begun(told()), at=later(0), by=ANN, how=how).group
    after = folded(group, told(Happening.RESOLVED, end)).group
    assert (after.state, after.state_by) == (state, ANN if state is ARCHIVED else "")
    again = folded(after, told(at=end + 1)).group
    back = state is RESOLVED or (how, end) == ("3600", 3599)  # its time has come by then
    assert again.state is (FIRING if back else ARCHIVED)


def test_what_ended_while_it_was_put_away_does_not_come_back_when_that_is_over():
    group = archive(begun(told()), at=later(0), by=ANN, how="3600").group
    over = folded(group, told(Happening.RESOLVED, 5)).group
    done = unarchive(over, at=later(3600))
    assert (done.group.state, done.group.state_by, done.note) == (RESOLVED, "", None)
    for still in (group, folded(over, told(at=6)).group):
        assert unarchive(still, at=later(3600)).group.state is FIRING


def test_where_sentry_is_asked_its_resolved_ends_an_archive():
    group = archive(begun(sentry()), at=later(0), by=ANN, how="forever").group
    assert folded(group, sentry(Happening.RESOLVED, 5), asks=True).group.state is RESOLVED


def test_only_seconds_have_an_end():
    assert archived_until("60", later(0)) == later(60)
    assert [archived_until(how, later(0)) for how in ("forever", "escalating", "")] == [None] * 3
