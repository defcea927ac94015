"""The card of an incident: its first line, what belongs to it, its messages, Slack's limits."""

import re
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.incident_pages import MOST_STEPS, pages
from bot.engine.incidents import ChoiceView, Mark, Sev
from handlers.render.incident_card import IncidentAround, page_count
from sandbox.workspace.blocks import accept_message_blocks
from tests.handlers._limits import words
from tests.handlers._runs import ANN, BEN, NOON
from tests.handlers.render._incidents import (
    LINK,
    SINCE,
    a_decision,
    a_look,
    a_run,
    a_step,
    an_act,
    an_alert,
    an_incident,
    draw,
    every_page,
    first_line,
    incidents,
    marked_up,
    pressable,
    resolved,
)

HEAD = "SEV1 · API does not answer in production"
NASTY = "<!channel> *bold* `code` & <@U0ANNREQ001> ``` > " * 90


def a_long_one(number: int = 60, **changes):
    steps = (
        a_step(key=f"s{at}", text=f"Step {at} of a long list", mark=Mark.DONE if at <= 7 else Mark.TODO)
        for at in range(1, number + 1)
    )
    return an_incident(*steps, **changes)


@settings(max_examples=60, deadline=None)
@given(incidents)
def test_whatever_an_incident_holds_each_of_its_messages_is_one_slack_takes(incident):
    drawn = every_page(incident)

    assert len(drawn) == len(pages(incident.steps))
    for message in drawn:
        assert message.text.strip()
        accept_message_blocks(message.to_slack()["blocks"])
        assert "<!channel>" not in marked_up(message)
        assert message.text.startswith("DRILL") is incident.drill


@pytest.mark.parametrize("kind", ["do", "look", "decide", "act", "tell"])
def test_sixty_steps_that_say_all_they_can_lose_no_step_and_no_control(kind):
    choices = tuple(ChoiceView(id="c" * 30 + str(at), text="w" * 60, suggested=True) for at in range(5))
    steps = [
        a_step(
            key=f"{'k' * 28}{at}",
            kind=kind,
            text="<&>" * 100,
            note=NASTY[:1000],
            remark=NASTY,
            trouble=NASTY,
            button="b" * 40,
            place="p" * 60,
            choices=choices,
            told=("x" * 60,) * 5,
            revision=2**40,
        )
        for at in range(60)
    ]
    incident = an_incident(
        *steps, nevers=("n" * 300,) * 3, headline=NASTY, update=NASTY, id=2**53, alerts=(an_alert(),) * 9
    )

    shown = [
        block["block_id"]
        for message in every_page(incident)
        for block in message.blocks
        if "block_id" in block
    ]

    assert [named.split(":")[1] for named in shown] == [step.key for step in steps]


def test_the_first_line_says_how_bad_it_is_what_how_long_and_how_far():
    incident = an_incident(a_step(), a_step(key="b", mark=Mark.DONE), a_step(key="c", mark=Mark.SKIPPED))

    assert first_line(incident) == f":red_circle: *{HEAD}* · open for 12 min · 2 of 3 steps"
    assert draw(incident).text == f"{HEAD} · open for 12 min · 2 of 3 steps"


def test_a_resolved_one_says_first_that_it_is_over_and_after_how_long():
    assert first_line(resolved(a_step(mark=Mark.DONE))) == (
        f":large_green_circle: *Resolved after 48 min · {HEAD}* · 1 of 1 steps"
    )


@pytest.mark.parametrize(
    ("severity", "mark"),
    [(Sev.SEV1, ":red_circle:"), (Sev.SEV2, ":red_circle:"), (Sev.SEV3, ":large_yellow_circle:")],
)
def test_the_mark_tells_what_hurts_from_what_wants_a_look(severity, mark):
    assert first_line(an_incident(severity=severity)).startswith(f"{mark} *SEV")


def test_every_message_of_a_drill_begins_with_it_and_says_that_nothing_is_real():
    for message in every_page(a_long_one(drill=True)):
        first = message.blocks[0]["text"]["text"]
        assert first.startswith("*DRILL* · ")
        assert message.text.startswith("DRILL · ")
        assert "nothing real is touched" in first
        assert "nothing real is touched" in message.text


def test_roles_name_who_holds_them_and_how_a_free_one_is_taken():
    said = words(draw(an_incident(roles=(("commander", ""), ("scribe", BEN)))))

    assert f"Scribe: <@{BEN}> · Nobody yet: commander (`/pawincident role 3 commander me`)" in said


def test_the_newest_update_and_when_the_next_is_due_stand_on_the_card():
    facts = {"update": "Pool is <full>", "update_by": ANN, "update_at": NOON}
    due = words(draw(an_incident(**facts, next_update_at=NOON + timedelta(minutes=30))))
    late = words(draw(an_incident(**facts, next_update_at=SINCE)))

    assert re.search(rf"\*Update\* <!date[^>]*> by <@{ANN}>: Pool is &lt;full&gt;\nNext update due <!d", due)
    assert "*Update overdue since <!date" in late


def test_alerts_say_whether_they_fire_and_lead_to_their_cards_those_that_fire_first():
    quiet = an_alert(id=6, title="errors rise", firing=False, state="resolved")
    said = words(draw(an_incident(alerts=(quiet, an_alert())), around=IncidentAround(alert_links={7: LINK})))

    assert (
        f":red_circle: <{LINK}|api is down> · api in production · still fires\n"
        ":large_green_circle: errors rise · api in production · resolved"
    ) in said


def test_an_alert_that_was_archived_is_not_well_but_not_known():
    aside = an_alert(title="errors rise", firing=False, state="archived")
    said = words(draw(an_incident(alerts=(aside,)), around=IncidentAround(alert_links={7: LINK})))
    assert f":white_circle: <{LINK}|errors rise> · api in production · archived" in said


def test_more_alerts_than_a_card_holds_are_counted():
    assert "\nand 6 more\n" in words(draw(an_incident(alerts=(an_alert(),) * 9)))


def test_runs_are_named_with_their_cards():
    said = words(draw(an_incident(runs=(a_run(),)), around=IncidentAround(run_links={12: LINK})))

    assert f"<{LINK}|Run 12>: Rollback of api in production, is under way" in said


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (
            {"why_opened": "alert 7", "opened_by": "pawdeploy"},
            "API down · api in production · opened by itself ",
        ),
        ({"headline": "API down", "service": ""}, "steps\nproduction · opened by <@U0ANNREQ001>"),
        ({"headline": "API down", "service": "", "environment": ""}, "steps\nOpened by <@U0ANNREQ001>"),
        ({"room": "C0ROOM1"}, "Talk about it in <#C0ROOM1>."),
        (
            {"room": "C0ROOM1", "room_trouble": "Slack did not let in @U0BENAPP001; it is public"},
            "Talk about it in <#C0ROOM1>.\n:warning: Slack did not let in <@U0BENAPP001>; it is public.",
        ),
        (
            {"room_trouble": "name is taken"},
            ":warning: It has no channel of its own: name is taken. Talk about it in the thread.",
        ),
        ({"openings": 3}, "reopened 2 times"),
        ({"headline": "", "title": "API *down*"}, "*SEV1 · API ∗down∗*"),  # noqa: RUF001 - looks like a star
        ({"nevers": ("Never retry it",)}, ":no_entry: *Never retry it*"),
    ],
)
def test_the_card_says(changes, says):
    assert says in words(draw(an_incident(**changes)))


def test_a_card_that_is_not_where_it_was_meant_to_be_says_so():
    astray = IncidentAround(misdirected="C0GENERAL01 is_archived")

    assert "Meant for <#C0GENERAL01>, which is archived." in words(draw(an_incident(), around=astray))


def test_who_is_mentioned_stands_on_a_real_one_while_it_is_open():
    around = IncidentAround(mentions=f"<@{ANN}>")

    assert f"<@{ANN}>" in draw(an_incident(opened_by=BEN), around=around).text
    assert f"<@{ANN}>" in words(draw(an_incident(opened_by=BEN), around=around))
    for quiet in (an_incident(opened_by=BEN, drill=True), resolved(opened_by=BEN)):
        assert f"<@{ANN}>" not in draw(quiet, around=around).text + words(draw(quiet, around=around))


def test_a_resolved_one_says_why_what_follows_and_where_its_report_is():
    said = words(draw(resolved(noisy=2, report_in="C0INCIDENTS")))

    assert "A pool of connections ran dry\n*Cause:* A query without a limit\n" in said
    assert "*To follow up:* Limit the query and 1 more" in said
    assert "2 alerts still fired when it was resolved" in said
    assert "Its report is in the thread; `pawdeploy incidents export 3`" in said


@pytest.mark.parametrize(
    ("report_in", "says"),
    [("C0ROOM1", "in <#C0ROOM1>;"), ("C0INCIDENTS", "in the thread;"), ("", "being written;")],
)
def test_the_report_is_said_to_be_where_this_endings_is(report_in, says):
    assert f"Its report is {says}" in words(draw(resolved(room="C0ROOM1", report_in=report_in)))


def test_a_resolved_one_can_only_be_reopened():
    assert pressable(resolved(a_step(), a_look(), a_decision(), an_act())) == ["incident_reopen"]


def test_an_open_one_offers_what_is_done_to_it_as_a_whole_on_its_first_message_only():
    incident = a_long_one(roles=())
    whole = ["command", "update", "step", "role", "resolve"]

    assert pressable(incident)[:5] == [f"incident_{word}" for word in whole]
    assert set(pressable(incident, page=1)) == {"incident_tick"}
    assert "incident_command" not in pressable(an_incident())
    assert "incident_step" not in pressable(an_incident())


@pytest.mark.parametrize(
    ("incident", "stands_out"),
    [
        (an_incident(a_step(), roles=()), ["Take command"]),
        (an_incident(a_step(), roles=(("commander", ANN),)), []),
        (an_incident(a_step(mark=Mark.DONE), roles=(("commander", ANN),)), ["Resolve…"]),
    ],
)
def test_what_should_come_next_stands_out(incident, stands_out):
    (row,) = [block for block in draw(incident).blocks if block["type"] == "actions"]
    assert [one["text"]["text"] for one in row["elements"] if one.get("style") == "primary"] == stands_out


def test_a_long_checklist_goes_on_in_further_messages_that_say_which_steps_they_hold():
    incident = a_long_one()

    assert page_count(incident) == 60 // MOST_STEPS
    assert first_line(incident, page=1) == "*API down* · incident 3 · steps 21 to 40"
    assert "message 1 of 3 · the checklist goes on in message 2" in words(draw(incident))
    assert "goes on below" not in words(draw(incident, page=2))


def test_a_further_message_that_has_no_steps_any_more_says_so():
    assert first_line(an_incident(a_step()), page=1) == "*API down* · incident 3 · no steps stand here now"


@settings(max_examples=20, deadline=None)
@given(st.integers(-3, 10**7))
def test_how_long_is_said_without_seconds(seconds):
    said = first_line(an_incident(opened_at=NOON - timedelta(seconds=seconds)))

    assert re.search(r"open for (less than a minute|\d+ min|\d+ h \d\d min|\d+ days \d+ h) ·", said)
