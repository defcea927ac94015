"""Rules of ``bot/alerts/sources/generic.py``: the shape its docstring shows, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.alerts.sources import generic
from bot.engine.alerts import Happening, Severity, Source
from tests.bot.alerts._arrivals import arrived
from tests.bot.test_webhooks import NOON

DISK = {
    "key": "disk-full/db-1",
    "title": "Disk of db-1 is full",
    "severity": "critical",
    "service": "api",
    "environment": "production",
    "detail": "98 % of 40 GB\n/var",
    "url": "https://grafana.test/d/1",
    "tags": {"team": "storage"},
}


def read(body: object):
    return generic.read(arrived(Source.GENERIC, "generic", body))


def told(type_: object = "alert.triggered", timestamp: object = "2026-05-04T11:50:00Z", **data: object):
    return {"type": type_, "timestamp": timestamp, "data": DISK | data}


def test_all_that_can_be_said_is_taken():
    (event,) = read(told())
    assert event.model_dump(exclude_defaults=True) == {
        "source": Source.GENERIC,
        "fingerprint": "generic:disk-full/db-1",
        "happening": Happening.FIRED,
        "at": datetime(2026, 5, 4, 11, 50, tzinfo=UTC),
        "title": "Disk of db-1 is full",
        "severity": Severity.CRITICAL,
        "service": "api",
        "environment": "production",
        "detail": "98 % of 40 GB\n/var",
        "url": "https://grafana.test/d/1",
        "tags": {"team": "storage"},
    }


def test_a_key_and_a_title_are_enough_and_a_key_resolves():
    (event,) = read({"type": "alert.triggered", "data": {"key": "k", "title": "t"}})
    assert (event.fingerprint, event.title, event.severity, event.at) == ("generic:k", "t", None, NOON)
    (event,) = read({"type": "alert.resolved", "data": {"key": "k"}})
    assert (event.fingerprint, event.happening) == ("generic:k", Happening.RESOLVED)


@pytest.mark.parametrize(
    ("severity", "taken"),
    [("Warning", Severity.WARNING), ("high", None), (1, None), (None, None), ([], None)],
)
def test_a_severity_of_another_word_does_not_lose_the_alert(severity, taken):
    (event,) = read(told(severity=severity))
    assert event.severity is taken


@pytest.mark.parametrize("body", [told("alert.muted"), told(""), {"type": "ping"}])
def test_another_type_is_unknown(body):
    assert read(body).outcome == "unknown"


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"\xff", {}, {"data": DISK}, told(7), {"type": "alert.triggered"},
        {"type": "alert.triggered", "data": []}, told(key=""), told(key=" \0 "), told(key=None),
        told(title=" "),
    ],
)  # fmt: skip
def test_what_breaks_the_shape_is_unreadable(body):
    assert read(body).outcome == "unreadable"


def test_an_endless_key_is_one_group_all_the_same():
    one, two = ({"type": "alert.resolved", "data": {"key": "k" * 900 + end}} for end in "ab")
    assert read(one) == read(one)
    assert read(one)[0].fingerprint != read(two)[0].fingerprint


def test_a_moment_to_come_is_when_it_came():
    (event,) = read(told(timestamp=(NOON + timedelta(minutes=1)).isoformat()))
    assert event.at == NOON
