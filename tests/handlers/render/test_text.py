from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.render._text import (
    ago,
    clock,
    code,
    count,
    duration,
    first_few,
    link,
    listed,
    person,
    plain,
    size,
    told,
)
from handlers.render.notices import render_away
from tests.handlers._limits import assert_message, assert_mrkdwn, words
from tests.handlers._runs import NOON, nasty


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.04, "0.0 s"),
        (0.4, "0.4 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (102, "1 min 42 s"),
        (3599.7, "1 h 00 min"),
        (7500, "2 h 05 min"),
        (260_000, "3 days"),
        (-5, "0.0 s"),
    ],
)
def test_durations_are_human(seconds, said):
    assert duration(timedelta(seconds=seconds)) == said


def test_ages_are_rough():
    ages = [ago(NOON - timedelta(seconds=seconds), NOON) for seconds in (5, 720, 7_300, 400_000)]
    assert ages == ["just now", "12 min ago", "2 h ago", "4 days ago"]


@given(nasty, st.integers(2, 200))
def test_what_people_wrote_is_one_safe_line_of_the_length_asked_for(text, limit):
    for made in (plain(text, limit), code(text, limit)[1:-1]):
        assert size(made) <= limit
        assert "\n" not in made
        assert_mrkdwn(made)


def test_a_cut_never_tears_an_entity():
    assert plain("&" * 20, 12) == "&amp;&amp;…"


def test_state_marks_typed_by_people_do_not_become_marks():
    assert ":red_circle:" not in plain("a :red_circle: b")
    assert plain("12:30 and a:b") == "12:30 and a:b"


@pytest.mark.parametrize(
    "url", ["", "javascript:alert(1)", "https://a b", "https://a\nb", "https://x/" + "y" * 600]
)
def test_a_label_without_a_usable_address_is_only_a_label(url):
    assert link(url, "here") == "here"


def test_an_address_can_not_break_out_of_its_link():
    assert link("https://x/a|b>c&d", "a|b") == "<https://x/a%7Cb%3Ec&amp;d|a¦b>"


def test_only_user_ids_become_mentions():
    assert person("U0ANNREQ001") == "<@U0ANNREQ001>"
    assert person("!channel") == "!channel"
    assert person("<!here>") == "&lt;!here&gt;"


def test_lists_read_as_people_speak():
    assert listed([]) == ""
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert first_few(["a", "b", "c"], 2, 10) == ("a", "b", "and 8 more")
    assert first_few(["a"], 2) == ("a",)
    assert [count(1, "run"), count(3, "run")] == ["1 run", "3 runs"]


def test_times_of_day_are_the_readers_own_with_utc_to_fall_back_on():
    assert clock(NOON) == "<!date^1795435200^{time}|12:00 UTC>"


def test_the_away_note_says_from_when_to_when_and_what_to_do():
    note = render_away(NOON, NOON + timedelta(minutes=4))

    assert_message(note)
    assert "|12:00 UTC> to " in words(note)
    assert "(4 min)" in words(note)
    assert "`/pawdeploy status`" in words(note)


@pytest.mark.parametrize("limit", range(9, 30))
def test_a_cut_leaves_no_half_of_anybodys_id(limit):
    said = told("for you @U0BENAPP001 it is", limit)
    assert "@" not in said.replace("<@U0BENAPP001>", "")


def test_an_id_at_the_very_end_is_somebodys():
    assert told("for @U0BENAPP001", 16) == "for <@U0BENAPP001>"
