"""Where a group happens: learnt once, moved when it happens elsewhere too, and what that ends."""

from dataclasses import replace

import pytest

from bot.engine.alert_notes import NoteKind
from bot.engine.alert_places import located
from bot.engine.alerting import fold, resolve
from bot.engine.alerts import Severity
from tests.bot.engine._groups import begun, later, sentry, told

ANN = "U0ANNREQ001"
SAID = "now in production, staging before"


def in_staging(**facts):
    known = {"acked_by": ANN, "acked_at": later(1), "snoozed_until": later(99), "introduced_how": "time"}
    return replace(begun(told(environment="staging", severity=Severity.WARNING)), **known | facts)


def test_what_happens_elsewhere_now_was_acknowledged_snoozed_and_explained_there():
    done = fold(in_staging(), told(at=5, environment="production"), asks=False)
    group = done.group
    assert (group.environment, group.acked_by, group.acked_at) == ("production", "", None)
    assert (group.snoozed_until, group.introduced_how) == (None, "")
    assert (done.urgent, done.note.kind, done.note.detail) == (True, NoteKind.ESCALATED, SAID)


def test_what_is_worse_there_says_both():
    done = fold(in_staging(), told(at=5, environment="production", severity=Severity.ERROR), asks=False)
    assert done.note.detail == f"{SAID}; warning before, error now"


@pytest.mark.parametrize("environment", ["", "staging"])
def test_the_same_place_or_none_ends_nothing(environment):
    done = fold(in_staging(), told(at=5, environment=environment), asks=False)
    assert (done.group.acked_by, done.group.environment, done.note) == (ANN, "staging", None)


def test_of_what_is_over_only_the_place_is_new():
    over = resolve(replace(begun(sentry(environment="staging"))), at=later(1), by=ANN).group
    done = fold(over, sentry(at=5, environment="production"), asks=True)
    assert (done.group.environment, done.group.state, done.note) == ("production", over.state, None)


@pytest.mark.parametrize(("how", "then"), [("none", ""), ("release", "release"), ("", "")])
def test_once_the_place_is_known_a_deploy_is_looked_for_where_none_was_found(how, then):
    group = replace(begun(told()), introduced_how=how, acked_by=ANN)
    after = located(group, "staging")
    assert (after.environment, after.introduced_how, after.acked_by) == ("staging", then, ANN)
