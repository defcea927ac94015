"""Rules of ``bot/engine/incident_report_text.py``: what people typed is read as typed, and is only text."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.engine.incident_report_text import length, line, lines, link, moment, who

GITHUB = MarkdownIt("commonmark").enable(["table", "strikethrough"])
PIECES = [*"\\`*_[]<>|~$&#+=-:.)(!1 ax\n\t/@{}^\"'", "&lt;", "&#35;", "---", "```", "![i](j)", "<b>"]
NASTY = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)


def read(markdown):
    """The words a reader sees, and the types of everything that is not words."""
    (inline,) = [token for token in GITHUB.parse(f"before {markdown}") if token.type == "inline"]
    words = [part.content for part in inline.children]
    return "".join(words).removeprefix("before ").removeprefix("before"), {
        part.type for part in inline.children
    }


@given(NASTY.filter(lambda text: "`" not in text))
def test_a_line_is_read_as_it_was_typed(text):
    said, kinds = read(line(text))

    assert said == " ".join(text.split())
    assert kinds <= {"text", "text_special"}


@given(NASTY)
def test_back_quotes_make_code_and_nothing_else(text):
    said, kinds = read(line(text))

    assert said.replace("`", "") == " ".join(text.split()).replace("`", "")
    assert kinds <= {"text", "text_special", "code_inline"}


@given(NASTY)
def test_a_line_begins_nothing_but_a_paragraph(text):
    kinds = [token.type for token in GITHUB.parse(line(text))]

    assert kinds in ([], ["paragraph_open", "inline", "paragraph_close"])


@given(st.lists(NASTY, max_size=6).map("\n".join))
def test_several_lines_are_paragraphs_and_nothing_else(text):
    assert {token.type for token in GITHUB.parse(lines(text))} <= {
        "paragraph_open",
        "inline",
        "paragraph_close",
    }


@given(NASTY)
def test_lines_in_a_list_stay_in_their_entry(text):
    kinds = [token.type for token in GITHUB.parse(f"- x: {lines(text, indent='  ')}\n- y")]

    assert kinds.count("list_item_open") == 2
    assert not {"fence", "code_block", "html_block", "heading_open", "hr", "blockquote_open"} & set(kinds)


@given(NASTY)
def test_a_line_stays_in_its_cell(text):
    tokens = GITHUB.parse(f"| a | b |\n| --- | --- |\n| {line(text)} | y |")
    cells = [tokens[at + 1].content for at, one in enumerate(tokens) if one.type == "td_open"]

    assert len(cells) == 2
    assert cells[1] == "y"


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("see https://x.example/a_b?c=1&d=2, now", "see <https://x.example/a_b?c=1&d=2>, now"),
        ("(https://x.example/a)", "(<https://x.example/a>)"),
        ("https://x.example/?a&copy;b", "<https://x.example/?a&copy%3Bb>"),
        ("http://", "http://"),
        ("javascript:alert(1)", "javascript:alert(1)"),
        ("`a_b` and `c", "`a_b` and \\`c"),
        ("`a|b`", "\\`a\\|b\\`"),
        ("R&D & x", "R\\&D & x"),
        ("1. first", "1\\. first"),
        ("a\u202eb\u0007\u200bc", "ab c"),
        ("👩\u200d🚒", "👩\u200d🚒"),
    ],
)
def test_addresses_and_code_stay_alive_and_the_rest_is_text(typed, written):
    assert line(typed) == written


def test_paragraphs_and_line_breaks_are_kept():
    assert lines("one\ntwo\n\n\n\n  three\n") == "one\\\ntwo\n\nthree"


@pytest.mark.parametrize(
    ("user", "name"),
    [
        ("U0ANNREQ001", "Ann \\| *Lee*".replace("*", "\\*")),
        ("U0BENAPP001", "@U0BENAPP001"),
        ("", "pawdeploy"),
        ("pawdeploy", "pawdeploy"),
        ("a|b", "a\\|b"),
    ],
)
def test_people_have_their_names_and_else_their_ids(user, name):
    assert who(user, {"U0ANNREQ001": "Ann | *Lee*"}) == name


def test_people_in_what_was_typed_have_their_names_too():
    text = "<@U0ANNREQ001> and @U0BENAPP001 and <@U0ANNREQ001|ann>, ann@U0ANNREQ001"

    assert line(text, {"U0ANNREQ001": "Ann"}) == "Ann and @U0BENAPP001 and Ann, ann@U0ANNREQ001"


def test_moments_are_utc_to_the_second():
    east = datetime(2026, 11, 26, 11, 31, 7, 999, tzinfo=timezone(timedelta(hours=1)))

    assert moment(east) == "2026-11-26 10:31:07 UTC"
    assert moment(None) == "unknown"


def test_less_than_a_second_is_at_once():
    assert (length(timedelta(seconds=0.4)), length(timedelta(seconds=90))) == ("at once", "1 min 30 s")


@pytest.mark.parametrize(
    "url", ["", "javascript:alert(1)", "https://a b", "https://a>b", "https://a\nb", "https://" + "a" * 2000]
)
def test_what_is_no_address_is_not_linked(url):
    assert link(url, "source") == ""


@given(NASTY)
def test_a_link_leads_where_it_says_or_there_is_none(text):
    made = link(f"https://x.example/{text}", "source")

    inline = GITHUB.parse(f"a{made} b")[1]
    hrefs = [part.attrs["href"] for part in inline.children if part.type == "link_open"]
    assert len(hrefs) == (1 if made else 0)
    assert all(href.startswith("https://x.example/") for href in hrefs)


def test_a_moment_is_the_same_wherever_it_is_read():
    assert moment(datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)) == "2026-01-02 03:04:05 UTC"
