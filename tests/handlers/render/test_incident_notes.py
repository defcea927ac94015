"""What is said in an incident's thread: who and what first, what people wrote whole and escaped."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.incident_notes import IncidentNote, NoteKind
from bot.engine.incidents import MOST_NOTE
from handlers._payloads import IncidentButton
from handlers.render.incident_notes import render_drill_due, render_incident_note
from sandbox.workspace.blocks import accept_message_blocks
from tests.handlers._limits import assert_message, words
from tests.handlers._runs import ANN, BEN, NOON
from tests.handlers.render._incidents import (
    LINK,
    a_look,
    an_alert,
    an_incident,
    awful,
    elements,
    incidents,
    marked_up,
    resolved,
    some,
)

GROUP = "<!subteam^S0DATABASE>"
REPORT = "\n".join(
    (
        "DRILL. Incident 3, SEV1: API does not answer",
        "Impact: from 2026-11-23 11:48 UTC to 2026-11-23 12:36 UTC, 48 min.",
        "Time to detect: unknown: no alert says when it began",
        "Summary: A <pool> ran dry",
        "To do: Limit the query",
    )
)
notes = st.builds(
    IncidentNote,
    kind=st.sampled_from(NoteKind),
    by=awful | st.sampled_from(["", ANN]),
    step=awful,
    text=awful,
    status=awful | st.sampled_from(["ok", "bad", "unknown", "succeeded", "firing"]),
    details=some,
    url=awful,
    mention=st.sampled_from(["", GROUP, f"<@{ANN}>"]),
    drill=st.booleans(),
)


def say(kind: NoteKind, incident=None, *, link: str = "", **facts):
    note = IncidentNote(kind=kind, **facts)
    message = render_incident_note(incident or an_incident(), note, now=NOON, link=link)
    assert_message(message)
    return message


@settings(max_examples=120, deadline=None)
@given(incidents, notes, awful)
def test_whatever_is_said_makes_a_message_slack_takes(incident, note, link):
    message = render_incident_note(incident, note, now=NOON, link=link)

    assert_message(message)
    accept_message_blocks(message.to_slack()["blocks"])
    assert message.text.strip()
    assert "<!channel>" not in marked_up(message)


@pytest.mark.parametrize("kind", sorted(set(NoteKind) - {NoteKind.DRILL_DUE}))
def test_everything_said_in_a_drill_begins_with_it_and_says_that_nothing_is_real(kind):
    for message in (
        say(kind, an_incident(drill=True), text="words"),
        say(kind, an_incident(drill=True), text="words", drill=True),
    ):
        assert message.text.startswith("DRILL, nothing real is touched · ")
        assert words(message).startswith("*DRILL*, nothing real is touched · ")


@pytest.mark.parametrize("kind", [NoteKind.NOTE, NoteKind.UPDATE, NoteKind.TOLD, NoteKind.SKIPPED])
def test_four_thousand_characters_people_wrote_are_said_whole(kind):
    text = "\n".join(f"line {number} of what was written" for number in range(120))
    said = words(say(kind, by=ANN, text=text))

    assert len(text) < MOST_NOTE
    assert all(f"line {number} of what" in said for number in range(120))


@pytest.mark.parametrize(
    ("kind", "facts", "says"),
    [
        (
            NoteKind.EVIDENCE,
            {
                "step": "Does the database answer?",
                "text": "Database: no answer",
                "status": "bad",
                "details": ("5 s", "<x>"),
                "url": "https://status.supabase.com",
            },
            ":red_circle: *Does the database answer?*\n"
            "<https://status.supabase.com|Database: no answer>\n• 5 s\n• &lt;x&gt;",
        ),
        (
            NoteKind.EVIDENCE,
            {"step": "Redis?", "text": "no token is set", "status": "unknown", "by": ANN},
            f":white_circle: *Redis?*, looked at again by <@{ANN}>\nNot known: no token is set",
        ),
        (NoteKind.NOTE, {"by": ANN, "text": "pods <restart>"}, f"Note by <@{ANN}>: pods &lt;restart&gt;"),
        (
            NoteKind.NOTE,
            {"by": ANN, "text": "two\nlines", "step": "Ping"},
            f"Note by <@{ANN}> on *Ping*:\ntwo\nlines",
        ),
        (
            NoteKind.UPDATE,
            {"by": ANN, "text": "We roll back"},
            f"*Update* by <@{ANN}> · SEV1 · API does not answer in production · open for 12 min\n"
            "We roll back",
        ),
        (
            NoteKind.RUN,
            {"step": "Go back", "text": "run 12 (Rollback of api) succeeded", "status": "succeeded"},
            ":large_green_circle: *Go back*: run 12 (Rollback of api) succeeded",
        ),
        (
            NoteKind.RUN,
            {"by": ANN, "step": "Go back", "text": "run 12 is asked for"},
            f":large_blue_circle: *Go back*: run 12 is asked for (by <@{ANN}>)",
        ),
        (
            NoteKind.ALERT,
            {"text": "alert 7 fires: api is down", "status": "firing"},
            ":red_circle: alert 7 fires: api is down",
        ),
        (
            NoteKind.TAKEN_BACK,
            {"by": BEN, "step": "Ping", "text": "it was the other one"},
            f"<@{BEN}> took back *Ping*: it was the other one",
        ),
        (
            NoteKind.SKIPPED,
            {"by": BEN, "step": "Ping", "text": "no Redis here"},
            f"<@{BEN}> skipped *Ping*: no Redis here",
        ),
        (
            NoteKind.ROLE,
            {"by": ANN, "text": "scribe", "mention": f"<@{BEN}>"},
            f"<@{BEN}> is scribe now, by <@{ANN}>.",
        ),
        (
            NoteKind.ROLE,
            {"by": ANN, "text": "commander", "mention": f"<@{ANN}>"},
            f"<@{ANN}> is commander now.",
        ),
        (NoteKind.ROLE, {"by": ANN, "text": "scribe"}, f"Nobody is scribe any more, by <@{ANN}>."),
        (NoteKind.SEVERITY, {"by": ANN, "text": "SEV2 → SEV1"}, f"*Severity SEV2 → SEV1*, by <@{ANN}>."),
        (NoteKind.REOPENED, {"by": ANN, "text": "Again"}, f":red_circle: *Reopened* by <@{ANN}>: Again"),
    ],
)
def test_what_is_said(kind, facts, says):
    assert words(say(kind, **facts)) == says


def test_a_message_to_people_calls_them_first_names_the_incident_and_escapes_what_was_typed():
    message = say(
        NoteKind.TOLD, by=ANN, step="the database owner", text="<!here> *look*", mention=GROUP, link=LINK
    )

    assert words(message) == (
        f"{GROUP} *SEV1 · API does not answer in production* · <{LINK}|incident 3>, by <@{ANN}> "
        "to the database owner\n&lt;!here&gt; *look*"
    )
    assert message.text.startswith(f"{GROUP} SEV1")


def test_a_reminder_asks_how_it_stands_and_offers_three_ways_on():
    message = say(NoteKind.REMIND, mention=GROUP)
    updated = say(NoteKind.REMIND, an_incident(update_at=NOON - timedelta(minutes=31)))

    assert words(message).startswith(f"{GROUP} *How does it stand?* Nobody has written an update yet; ")
    assert "The last update is 31 min old" in words(updated)
    assert [(one["action_id"], one["text"]["text"]) for one in elements(message)] == [
        ("incident_update", "Send update"),
        ("incident_snooze", "Snooze 15 min"),
        ("incident_stop", "Stop reminding"),
    ]
    assert {IncidentButton.decode(one["value"]).incident for one in elements(message)} == {3}


def test_the_end_says_after_how_long():
    assert "*Resolved after 48 min*" in words(say(NoteKind.RESOLVED, resolved(), by=BEN, text="Pool"))


def test_the_report_says_a_fact_a_line_its_moments_in_the_readers_time():
    said = words(say(NoteKind.REPORT, resolved(), by=BEN, text=REPORT, link=LINK)).split("\n")

    assert said[0] == (
        f":large_green_circle: *Resolved by <@{BEN}>: API does not answer in production* "
        f"· report of <{LINK}|incident 3>"
    )
    assert said[1].startswith("*Impact:* from <!date^")
    assert said[2] == "*Time to detect:* unknown: no alert says when it began"
    assert said[3:] == ["*Summary:* A &lt;pool&gt; ran dry", "*To do:* Limit the query"]


def test_the_first_words_in_its_own_channel_say_what_happened_who_is_who_and_what_to_type():
    said = words(
        say(NoteKind.WELCOME, an_incident(alerts=(an_alert(),), why_opened="alert 7"), text="x", link=LINK)
    )

    assert said.startswith(":red_circle: *SEV1 · API does not answer in production* · open for 12 min")
    assert "alert 7" in said
    assert f"Commander: <@{BEN}>" in said
    assert ":red_circle: api is down" in said
    assert f"The checklist is <{LINK}|on its card> in <#C0INCIDENTS>." in said
    assert "`/pawincident update`" in said


def test_what_was_found_before_its_own_channel_was_there_is_told_there():
    found = say(NoteKind.WELCOME, an_incident(steps=(a_look(),)), details=("supabase", "gone since"))

    assert "*Found so far*" in words(found)
    assert ":red_circle: Supabase: does the database answer? Database: does not answer" in words(found)


@pytest.mark.parametrize(
    ("days", "says"),
    [
        ("31", "It is 31 days since the last drill."),
        ("1", "It is 1 day since the last drill."),
        ("", "There has been no drill yet."),
    ],
)
def test_a_drill_that_is_due_says_since_when_and_how_one_begins(days, says):
    note = IncidentNote(kind=NoteKind.DRILL_DUE, text=days, mention=GROUP, drill=True)
    message = render_drill_due(note)
    assert_message(message)

    assert (
        words(message)
        == f"{GROUP} {says} `/pawincident drill api-down` starts one: nothing real is touched in it."
    )
