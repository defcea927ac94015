"""Fields and boxes: cut to Slack's limits between characters, never empty where Slack wants a word."""

from hypothesis import given
from hypothesis import strategies as st

from handlers.render._elements import fitting, label, select, written
from handlers.render._text import size
from tests.handlers._runs import nasty


@given(nasty, st.integers(2, 200))
def test_a_label_is_one_line_of_the_length_asked_for_and_never_empty(text, limit):
    made = label(text, limit)

    assert 1 <= size(made) <= limit
    assert "\n" not in made


@given(nasty, st.integers(1, 4000))
def test_what_fits_is_the_beginning_of_it(text, limit):
    kept = fitting(text, limit)

    assert text.startswith(kept)
    assert size(kept) <= limit
    assert kept == text or size(text) > limit


def test_a_label_that_is_too_long_says_so():
    assert label("x" * 80) == "x" * 74 + "…"
    assert label("🐾" * 40, 10) == "🐾🐾🐾🐾…"


def test_only_what_is_on_offer_is_chosen_already():
    offered = [{"text": {"type": "plain_text", "text": "A"}, "value": "a"}]

    assert "initial_option" not in select("which", offered, "Which", "b")
    assert select("which", offered, "Which", "a")["initial_option"] == offered[0]


def test_white_space_is_not_written_already():
    assert "initial_value" not in written("text", "Say it", so_far=" \n ")
    assert written("text", "Say it", so_far="two\nlines")["initial_value"] == "two\nlines"
    assert written("text", "Say it", lines=False, so_far="two\nlines")["initial_value"] == "two lines"
