"""Private answers about incidents: how one stands, which there are, where a new one is."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.engine.incident_timeline import Entry, EntryKind
from bot.engine.incidents import IncidentList, IncidentRow, IncidentState, Mark, Sev
from handlers.render.incident_lists import (
    MOST_ENTRIES,
    MOST_LISTED,
    render_incident_list,
    render_incident_status,
    render_opened,
)
from tests.handlers._limits import assert_message, words
from tests.handlers._runs import ANN, BEN, NOON, times
from tests.handlers.render._incidents import (
    LINK,
    SINCE,
    a_step,
    an_act,
    an_incident,
    awful,
    ids,
    incidents,
    marked_up,
    resolved,
)

entries = st.lists(
    st.builds(Entry, at=times, kind=st.sampled_from(EntryKind), text=awful, by=awful, url=awful), max_size=5
)
rows = st.lists(
    st.builds(
        IncidentRow,
        id=ids,
        title=awful,
        headline=awful,
        severity=st.sampled_from(Sev),
        state=st.sampled_from(IncidentState),
        drill=st.booleans(),
        opened_at=times,
        resolved_at=st.none() | times,
        commander=awful,
        progress=st.tuples(st.integers(0, 60), st.integers(0, 60)),
        channel=awful,
        ts=awful,
    ),
    max_size=4,
)


def a_row(**changes) -> IncidentRow:
    facts = {
        "id": 3,
        "title": "API down",
        "headline": "API does not answer",
        "severity": Sev.SEV1,
        "state": IncidentState.OPEN,
        "drill": False,
        "opened_at": SINCE,
        "resolved_at": None,
        "commander": BEN,
        "progress": (7, 14),
        "channel": "C0INCIDENTS",
        "ts": "1.2",
    }
    return IncidentRow(**facts | changes)


def status(incident, *happened: Entry, card: str = ""):
    message = render_incident_status(incident, NOON, happened, card=card)
    assert_message(message)
    return message


def listing(*found: IncidentRow, total: int | None = None, is_open: int = 1):
    message = render_incident_list(
        IncidentList(rows=found, open=is_open, total=len(found) if total is None else total), NOON
    )
    assert_message(message)
    return message


@settings(max_examples=40, deadline=None)
@given(incidents, entries, rows, awful)
def test_whatever_there_is_the_answers_are_ones_slack_takes(incident, happened, found, link):
    for message in (
        status(incident, *happened * 10, card=link),
        listing(*found * 10, is_open=len(found)),
        render_opened(incident, card=link),
    ):
        assert_message(message)
        assert "<!channel>" not in marked_up(message)


def test_how_it_stands_begins_as_its_card_does_and_says_what_is_next():
    incident = an_incident(
        a_step(key="a", mark=Mark.DONE), a_step(key="b", text="Ping Redis"), a_step(key="c", text="Tell")
    )
    said = words(status(incident, card=LINK))

    assert said.startswith(":red_circle: *SEV1 · API does not answer in production* · open for 12 min")
    assert "\nNext: Ping Redis\nNext: Tell\n" in said
    assert f"its card is <{LINK}|here>, in <#C0INCIDENTS>" in said


def test_what_is_under_way_is_named_before_what_is_next():
    said = words(status(an_incident(a_step(text="Ping"), an_act(mark=Mark.RUNNING))))

    assert "\nUnder way: Go back to the last good run\nNext: Ping\n" in said


def test_when_nothing_is_left_it_says_how_it_ends():
    assert "`/pawincident resolve` ends it" in words(status(an_incident(a_step(mark=Mark.SKIPPED))))
    assert "`/pawincident resolve`" not in words(status(resolved(a_step(mark=Mark.DONE))))


def test_the_newest_entries_are_said_with_who_and_when():
    happened = [
        Entry(at=NOON + timedelta(minutes=number), kind=EntryKind.NOTE, text=f"entry {number}.", by=ANN)
        for number in range(12)
    ]
    said = words(status(an_incident(), *happened))

    assert f"<@{ANN}>: entry 11." in said
    assert said.count("entry ") == MOST_ENTRIES
    assert "entry 3." not in said


def test_people_named_in_an_entry_are_mentioned():
    said = words(status(an_incident(), Entry(at=NOON, kind=EntryKind.ROLE, text=f"@{BEN} is scribe", by=ANN)))

    assert f"<@{ANN}>: <@{BEN}> is scribe" in said


def test_a_list_says_how_many_are_open_and_of_each_how_it_stands():
    over = a_row(
        id=2,
        severity=Sev.SEV3,
        state=IncidentState.RESOLVED,
        resolved_at=SINCE + timedelta(minutes=48),
        commander="",
        progress=(3, 3),
    )
    message = listing(a_row(), over)
    said = words(message)

    assert message.text == "1 incident open, newest: API does not answer"
    assert (
        ":red_circle: *SEV1 · API does not answer* · incident 3\n"
        f"API down · open for 12 min · 7 of 14 steps · commander <@{BEN}> · <#C0INCIDENTS>"
    ) in said
    assert ":large_green_circle: *SEV3 · API does not answer* · incident 2\n" in said
    assert "resolved after 48 min, <!date" in said


@pytest.mark.parametrize(
    ("found", "is_open", "says"),
    [
        ((), 0, "There has been no incident yet. `/pawincident open` opens one"),
        ((a_row(state=IncidentState.RESOLVED, resolved_at=NOON),), 0, "*No incident is open*"),
        ((a_row(commander=""),), 1, "no commander yet"),
        ((a_row(drill=True),), 1, "*DRILL*, nothing real is touched · :large_blue_circle: *SEV1"),
    ],
)
def test_a_list_says(found, is_open, says):
    assert says in words(listing(*found, is_open=is_open))


def test_more_than_a_list_holds_is_counted():
    assert "\nand 25 more\n" in words(listing(*[a_row()] * 20, total=MOST_LISTED + 25))


def test_who_opened_one_is_told_where_it_is_and_which_roles_wait():
    message = render_opened(an_incident(roles=(("commander", ""),), room="C0ROOM1"), card=LINK)
    assert_message(message)

    assert words(message) == (
        "Incident 3 is open: API does not answer in production. "
        f"Its card is <{LINK}|here>, in <#C0INCIDENTS>. Talk about it in <#C0ROOM1>.\n"
        "Nobody yet: commander (`/pawincident role 3 commander me`)"
    )
