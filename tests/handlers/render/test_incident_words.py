"""An incident in a few words: how long, who, and what people wrote at length."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.render import _incident_words as said
from handlers.render._text import size
from tests.handlers._limits import assert_mrkdwn
from tests.handlers._runs import ANN, NOON
from tests.handlers.render._incidents import awful


@pytest.mark.parametrize(
    ("minutes", "lasted"),
    [
        (-5, "less than a minute"),
        (0.9, "less than a minute"),
        (1, "1 min"),
        (59.9, "59 min"),
        (60, "1 h 00 min"),
        (125, "2 h 05 min"),
        (48 * 60, "2 days 0 h"),
        (75 * 60, "3 days 3 h"),
    ],
)
def test_how_long_is_said_in_minutes_hours_or_days(minutes, lasted):
    assert said.lasted(timedelta(minutes=minutes)) == lasted


@given(awful, st.integers(600, 9_000))
def test_what_people_wrote_is_safe_paragraphs_of_the_length_asked_for(text, most):
    paragraphs = said.prose(text, most)

    assert all(1 <= size(paragraph) <= 3_000 for paragraph in paragraphs)
    assert sum(map(size, paragraphs)) <= most + 2 * len(paragraphs) + 2
    for paragraph in paragraphs:
        assert_mrkdwn(paragraph)


def test_lines_stay_lines_and_long_ones_break_between_words():
    assert said.prose("one\n\n<two>") == ("one\n\n&lt;two&gt;",)
    words = "word " * 300
    assert "".join(said.prose(words)).split() == words.split()


def test_what_is_cut_says_so():
    assert said.prose("line\n" * 400, 600)[-1].endswith("…")


def test_what_pawdeploy_did_was_done_by_itself():
    assert said.by("pawdeploy") == said.by("") == "by itself"
    assert said.by(ANN) == f"by <@{ANN}>"


def test_a_channel_is_mentioned_and_everybody_else_named():
    assert said.addressee("C0RELEASES") == "<#C0RELEASES>"
    assert said.addressee("the <orchestrator>") == "the &lt;orchestrator&gt;"


def test_a_moment_far_away_has_its_day():
    assert "{date_short_pretty}" in said.day_and_time(NOON - timedelta(hours=13), NOON)
    assert "{date_short_pretty}" not in said.day_and_time(NOON - timedelta(hours=11), NOON)
