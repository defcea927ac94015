import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UserError
from handlers._words import MAX_TEXT, Option, head, nearest, parse, raw, seen, split
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


@pytest.mark.parametrize("quotes", ['""', "“”", "„“", "''", "‘’", "«»"])  # noqa: RUF001 - quotes of many keyboards
def test_quotes_keep_a_value_together(quotes):
    value = f"{quotes[0]}it can't -- wait{quotes[1]}"

    assert parsed(f"main --service {value} x").options == {"--service": "it can't -- wait"}
    assert parsed(f"--service={value}").options == {"--service": "it can't -- wait"}


def test_what_stands_in_quotes_is_no_option():
    assert parsed('"--again"').words == ("--again",)


@pytest.mark.parametrize("typed", ['main "now', 'main now"', "“main", '--service="api', "'main x"])
def test_half_a_quote_is_refused_rather_than_guessed_at(typed):
    with pytest.raises(UserError, match="open or closed only once"):
        parsed(typed)


def test_an_apostrophe_is_no_quote():
    assert parsed("don't users'").words[0] == "don't"


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("a&amp;b &lt;x&gt;", "a&b <x>"),
        ("&amp;lt;", "&lt;"),
        ("&lt;@U0ANNREQ001|ann&gt;", "<@U0ANNREQ001|ann>"),
        ("<@U0ANNREQ001|ann> looks", "@ann looks"),
        ("<@U0ANNREQ001>", "@U0ANNREQ001"),
        ("in <#C0DEPLOYS01|deploys>", "in #deploys"),
        ("<!subteam^S0BACKEND01|@backend> <!here>", "@backend @here"),
        ("<https://status.test/a?b=1&amp;c=2|status.test>", "https://status.test/a?b=1&c=2"),
        ("<mailto:ann@pawlogic.app|ann@pawlogic.app>", "ann@pawlogic.app"),
        ("a < b", "a < b"),
        ("a <b> <@ann> <#general> <!> <>", "a <b> <@ann> <#general> <!> <>"),
    ],
)
def test_what_slack_escaped_and_marked_is_read_as_it_was_typed_and_once(sent, typed):
    assert seen(sent) == typed


def test_without_that_nothing_but_what_is_escaped_is_read():
    assert raw("a&amp;b &lt;x&gt; <!channel>") == "a&b <x> <!channel>"


@pytest.mark.parametrize(
    ("text", "first", "rest"),
    [
        ("", "", ""),
        ("  \u200b", "", ""),
        ("note 3  &lt;b&gt; can't", "note", "3  &lt;b&gt; can't"),
        ("“status” 3", "status", "3"),
        ("r&amp;d\nx  y", "r&d", "x  y"),
    ],
)
def test_the_first_word_is_read_and_the_rest_is_left_as_it_was_sent(text, first, rest):
    assert head(text) == (first, rest)


def test_nothing_close_is_no_suggestion():
    assert nearest("zzz", ["staging", "production"]) == ""


@given(st.text(max_size=MAX_TEXT))
def test_any_text_is_parsed_or_refused_in_words(text):
    try:
        parsed(text)
    except UserError as refusal:
        assert_mrkdwn(str(refusal))
