"""What is said in an alert's thread: why it is said, whom it calls, and the whole of a checklist."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.alert_notes import AlertNote, NoteKind
from bot.engine.alerts import AlertState
from handlers.render.alert_notes import render_alert_note
from playbooks.models import Playbook
from tests.handlers._limits import assert_message, words
from tests.handlers._runs import BEN, NOON, nasty
from tests.handlers.render._alerts import alert_views, an_alert

ONCALL = "<!subteam^S0ONCALL1>"
API_DOWN = Playbook.model_validate(
    {
        "title": "The API is down",
        "when": "Health is red, or nothing answers.",
        "steps": [
            {"kind": "do", "id": "look", "text": "Look at `/pawdeploy status`."},
            {"kind": "never", "id": "no-restart", "text": "Never restart the database first."},
            {
                "kind": "decide",
                "id": "which",
                "text": "Decide which it is.",
                "choices": [
                    {"id": "redis", "text": "Redis"},
                    {"id": "code", "text": "Our own code", "opens": "code"},
                ],
            },
            {"kind": "do", "id": "tell", "text": "Tell everybody."},
        ],
        "branches": {"code": [{"kind": "do", "id": "back", "text": "Roll back what shipped last."}]},
    }
)


def say(note: AlertNote, alert=None, *, mentions: str = ONCALL, playbook: Playbook | None = None):
    message = render_alert_note(alert or an_alert(), note, mentions=mentions, now=NOON, playbook=playbook)
    assert_message(message)
    return message


@settings(max_examples=40, deadline=None)
@given(alert_views, st.sampled_from(NoteKind), nasty, nasty, st.booleans())
def test_whatever_was_told_makes_a_note_slack_takes(alert, kind, by, detail, mention):
    say(AlertNote(kind=kind, by=by, detail=detail, mention=mention), alert)


@settings(max_examples=20, deadline=None)
@given(st.text(min_size=1, max_size=300) | st.sampled_from(["<&>" * 100, "🐾" * 300, "<!channel>" * 30]))
def test_the_longest_checklist_is_shown_whole(text):
    kinds = ["never"] * 3 + ["do"] * 27
    steps = [{"kind": kind, "id": f"s{at}", "text": text} for at, kind in enumerate(kinds)]
    book = Playbook.model_validate({"title": "t" * 80, "when": text, "steps": steps})
    said = words(say(AlertNote(kind=NoteKind.PLAYBOOK, by=BEN), playbook=book))

    assert said.count(":no_entry: ") == 3
    assert "\n27. " in said


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


def test_a_playbook_names_what_nobody_may_do_first_and_numbers_the_rest():
    message = say(AlertNote(kind=NoteKind.PLAYBOOK, by=BEN, detail="api-down"), playbook=API_DOWN)

    assert words(message).split("\n") == [
        f"*Playbook: The API is down* · opened by <@{BEN}>",
        "Health is red, or nothing answers.",
        ":no_entry: Never restart the database first.",
        "1. Look at `/pawdeploy status`.",
        "2. Decide which it is. (Redis, Our own code)",
        "3. _If code:_ Roll back what shipped last.",
        "4. Tell everybody.",
    ]
    assert ONCALL not in words(message)


def test_a_playbook_that_is_gone_says_where_its_name_stands():
    said = words(say(AlertNote(kind=NoteKind.PLAYBOOK, detail="api-gone")))

    assert "There is no playbook `api-gone` any more" in said
    assert "`pawdeploy check`" in said
