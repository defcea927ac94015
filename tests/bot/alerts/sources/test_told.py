"""Rules of ``bot/alerts/sources/_told.py``: a body opens without an exception, and words come out bounded."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bot.alerts.sources._told import (
    LONGEST_FINGERPRINT,
    Line,
    Link,
    Moment,
    Number,
    Prose,
    Tags,
    Unread,
    fingerprint,
    opened,
    when,
)
from bot.engine.alerts import MOST_COUNT, MOST_TEXT
from tests.bot.test_webhooks import NOON


def take(kind, value):
    return TypeAdapter(kind).validate_python(value)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"x"',
        b"null",
        b"\xff\xfe",
        '{"a": 1}'.encode("utf-16"),
        b"[" * 100_000,
        b'{"a":' * 100_000,
    ],
    ids=[
        "empty",
        "truncated",
        "a list",
        "a word",
        "null",
        "no UTF-8",
        "UTF-16",
        "a tower",
        "a tower of objects",
    ],
)
def test_what_is_no_object_is_unreadable(body):
    assert opened(body) == Unread("unreadable", "no JSON object")


def test_half_an_emoji_costs_no_more_than_itself():
    assert opened(b'{"title": "\\ud83d cut", "\\udc00": "\\u0000"}') == {"title": "? cut", "?": "\0"}


@given(st.binary())
def test_no_body_raises(body):
    assert isinstance(opened(body), dict | Unread)


def test_a_line_is_one_line_without_what_does_not_print():
    assert take(Line, " a\0b\r\n  c\x1b[31m\t\u202ed\u2028e ") == "ab c[31m d e"


def test_words_that_are_none_are_empty_and_numbers_are_words():
    assert [take(Line, value) for value in (None, [], {}, True, 7, 1.5)] == ["", "", "", "", "7", "1.5"]


def test_prose_keeps_its_lines():
    assert take(Prose, "\n a\n\tb\0 \n") == "a\n\tb"


def test_long_words_are_cut_and_say_so():
    assert len(take(Line, "a" * MOST_TEXT)) == MOST_TEXT
    cut = take(Prose, "a" * 3_000_000)
    assert (len(cut), cut[-1]) == (MOST_TEXT, "…")


def test_what_is_shaped_like_a_secret_is_hidden():
    assert take(Line, "no route to https://me:hunter22@db.test") == "no route to https://[hidden]@db.test"


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)", "ftp://x.test", "//x.test", "https://", "https:///x", "https://x.test/ y",
        "", "https://x.test/<!channel>", "https://x.test|y", "https://x.test/\0", "https://x.test/\u202e",
        None, 7, "https://me:hunter22@x.test/", "https://x.test/?token=abcdef",
        "https://x.test/" + "a" * MOST_TEXT,
    ],
)  # fmt: skip
def test_an_address_nobody_should_follow_is_none(address):
    assert take(Link, address) == ""


def test_an_address_of_http_stays():
    for address in ("https://x.test/a?b=c#d", "http://127.0.0.1:8080", "HTTPS://X.TEST/"):
        assert take(Link, f" {address}\n") == address


def test_counts_are_whole_numbers_within_bounds():
    told = (7, "7", 0, -1, 10**30, "9" * 16, "9" * 17, "seven", "-7", "7.5", 7.5, True, None, [], "\u0667")
    most = MOST_COUNT
    assert [take(Number, value) for value in told] == [
        7, 7, 0, 0, most, most, None, None, None, None, None, None, None, None, None,
    ]  # fmt: skip


def test_moments_are_aware_and_neither_absurd_nor_later_than_they_came():
    berlin = NOON.astimezone(timezone(timedelta(hours=2)))
    for value in (
        NOON.isoformat(),
        "2026-05-04T12:00:00Z",
        "2026-05-04T12:00:00",
        berlin.isoformat(),
        NOON.timestamp(),
    ):
        assert take(Moment, value) == NOON
    assert take(Moment, berlin.isoformat()).tzinfo is UTC
    odd = (
        "1999-12-31T23:59:59Z",
        "0001-01-01T00:00:00+14:00",
        "soon",
        "",
        1e300,
        float("nan"),
        10**400,
        None,
        [],
        True,
    )
    assert [take(Moment, value) for value in odd] == [None] * len(odd)
    assert when(NOON + timedelta(seconds=1), NOON) == NOON
    assert when(NOON - timedelta(days=1), NOON) == NOON - timedelta(days=1)
    assert when(None, NOON) == NOON


@given(st.one_of(st.datetimes(), st.floats(), st.integers(), st.text()))
def test_no_moment_raises(value):
    told = take(Moment, value.isoformat() if isinstance(value, datetime) else value)
    assert told is None or (told.tzinfo is UTC and told.year >= 2000)


def test_tags_come_in_pairs_or_as_an_object_and_no_more_than_forty():
    assert take(Tags, [["a", "1"], ["a", "2"], ["b", None], ["c"], "de", ["", "x"], ["f", 7]]) == {
        "a": "1",
        "f": "7",
    }
    assert take(Tags, {"a": "1", "b": {"c": "2"}}) == {"a": "1"}
    assert len(take(Tags, [[str(number), "x"] for number in range(1000)])) == 40
    assert take(Tags, "level:error") == take(Tags, None) == {}


@given(st.lists(st.text(max_size=200), min_size=1, max_size=4))
def test_a_fingerprint_fits_and_is_the_same_for_the_same(parts):
    assert len(fingerprint("x", *parts)) <= LONGEST_FINGERPRINT
    assert fingerprint("x", *parts) == fingerprint("x", *parts)


def test_long_fingerprints_that_begin_alike_differ():
    one, two = fingerprint("generic", "a" * 300 + "1"), fingerprint("generic", "a" * 300 + "2")
    assert one != two
    assert one[:150] == two[:150] == ("generic:" + "a" * 300)[:150]
    assert (len(one), one[150]) == (191, ":")
