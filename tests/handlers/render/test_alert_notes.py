"""What is said in an alert's thread: why it is said, and whom it calls."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.alert_notes import AlertNote, NoteKind
from bot.engine.alerts import AlertState
from handlers.render.alert_notes import render_alert_note
from tests.handlers._limits import assert_message, words
from tests.handlers._runs import BEN, NOON, nasty
from tests.handlers.render._alerts import alert_views, an_alert

ONCALL = "<!subteam^S0ONCALL1>"


def say(note: AlertNote, alert=None, *, mentions: str = ONCALL):
    message = render_alert_note(alert or an_alert(), note, mentions=mentions, now=NOON)
    assert_message(message)
    return message


@settings(max_examples=40, deadline=None)
@given(alert_views, st.sampled_from(NoteKind), nasty, nasty, st.booleans())
def test_whatever_was_told_makes_a_note_slack_takes(alert, kind, by, detail, mention):
    say(AlertNote(kind=kind, by=by, detail=detail, mention=mention), alert)


@pytest.mark.parametrize(
    ("note", "changes", "says"),
    [
        (
            AlertNote(kind=NoteKind.REOPENED, detail="regressed"),
            {},
            "*Came back:* ZeroDivisionError: division by zero (regressed in release `a1b2c3d`)",
        ),
        (
            AlertNote(kind=NoteKind.REOPENED, by=BEN, detail="unresolved"),
            {},
            f"*Came back:* ZeroDivisionError: division by zero, by <@{BEN}>\n",
        ),
        (
            AlertNote(kind=NoteKind.REOPENED, by="Cy in Sentry"),
            {"substatus": "regressed", "release": ""},
            "division by zero, by Cy in Sentry (regressed)\n",
        ),
        (
            AlertNote(kind=NoteKind.ESCALATED, detail="escalating"),
            {},
            "*Getting worse:* ZeroDivisionError: division by zero, it happens much more often than it did",
        ),
        (
            AlertNote(kind=NoteKind.ESCALATED, detail="error before, critical now"),
            {},
            "division by zero: error before, critical now",
        ),
        (
            AlertNote(kind=NoteKind.SNOOZE_OVER, by=BEN),
            {},
            f"*The snooze of <@{BEN}> is over* and it still fires, last seen just now: ZeroDivisionError",
        ),
    ],
)
def test_a_note_says_what_changed_and_why(note, changes, says):
    said = words(say(note, an_alert(**changes)))

    assert f"{ONCALL} :red_circle: " in said
    assert says in said
    assert said.endswith("api in production · 1,204 events · 88 users")


def test_a_note_that_is_to_be_quiet_calls_nobody():
    message = say(AlertNote(kind=NoteKind.REOPENED, mention=False))

    assert ONCALL not in words(message) + message.text


def test_a_snooze_of_what_is_over_says_so():
    alert = dataclasses.replace(an_alert(), state=AlertState.RESOLVED)

    assert "*The snooze is over*: Resolved: Zero" in words(say(AlertNote(kind=NoteKind.SNOOZE_OVER), alert))
