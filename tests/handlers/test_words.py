import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UserError
from handlers._words import MAX_TEXT, Option, nearest, parse, split
from tests.handlers._limits import assert_mrkdwn

KNOWN = (Option("--service", "which", "NAME"), Option("--again", "once more"))


def parsed(text: str):
    return parse(split(text), KNOWN, most=2, usage="/pawdeploy X")


@pytest.mark.parametrize("dashes", ["--", "—", "–", "−−", "——", "-–"])  # noqa: RUF001 - what editors make of hyphens
def test_any_dash_an_editor_makes_begins_an_option(dashes):
    assert parsed(f"main {dashes}again").options == {"--again": ""}


@pytest.mark.parametrize("typed", ["“main”", "'main'", '"main"', "`main`", "«main»", "\u200bmain\ufeff"])
def test_quotes_round_a_word_are_dropped(typed):
    assert parsed(typed).words == ("main",)


def test_dashes_and_quotes_inside_a_word_stay():
    assert parsed("fix-the–thing").words == ("fix-the–thing",)


def test_an_option_takes_its_value_after_a_space_or_an_equals_sign():
    assert parsed("--service api").options == parsed("--service=api").options == {"--service": "api"}


def test_what_slack_escaped_is_read_as_it_was_typed():
    assert split("a&amp;b &lt;x&gt;") == ("a&b", "<x>")


def test_nothing_close_is_no_suggestion():
    assert nearest("zzz", ["staging", "production"]) == ""


@given(st.text(max_size=MAX_TEXT))
def test_any_text_is_parsed_or_refused_in_words(text):
    try:
        parsed(text)
    except UserError as refusal:
        assert_mrkdwn(str(refusal))
