"""A client of Sentry, and its answers as documented."""

from datetime import UTC, datetime

import httpx
import pytest

from bot.integrations.sentry import Sentry, SentryIssues, auth_headers

TOKEN = "sntrys_made_up"
ORG = "/api/0/organizations/pawlogic"
VERSION = "feed/the@cat+1"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def sentry(vendor, connect, at_once):
    vendor.on(
        "GET /api/0/projects/pawlogic/backend/", httpx.Response(200, json={"id": "42", "slug": "backend"})
    )
    return Sentry(connect("https://sentry.io", auth_headers(TOKEN)), "pawlogic", retry=at_once)


@pytest.fixture
def issues(sentry, connect, at_once):
    return SentryIssues(connect("https://sentry.io", auth_headers(TOKEN)), "pawlogic", retry=at_once)


@pytest.fixture
def series():
    """Write an answer of ``events-timeseries``: counts from noon on, the last ``late`` of them incomplete."""

    def write(*counts, late=0, interval=60):
        at = NOON.timestamp() * 1000
        values = [
            {"timestamp": at + number * interval * 1000, "value": count, "incomplete": False}
            for number, count in enumerate(counts)
        ]
        for value in values[len(values) - late :]:
            value |= {"incomplete": True, "incompleteReason": "INCOMPLETE_BUCKET"}
        meta = {"valueType": "integer", "valueUnit": None, "interval": interval * 1000}
        body = {
            "meta": {"dataset": "errors", "start": at, "end": at + len(counts) * interval * 1000},
            "timeSeries": [{"yAxis": "count()", "values": values, "meta": meta}],
        }
        return httpx.Response(200, json=body)

    return write


@pytest.fixture
def issue():
    """Write one issue as a list holds it."""

    def write(**changes):
        return {
            "id": "1170820242",
            "shortId": "BACKEND-9",
            "title": "KeyError: 'breed'",
            "permalink": "https://pawlogic.sentry.io/issues/1170820242/",
            "level": "error",
            "status": "unresolved",
            "isUnhandled": True,
            "count": "12",
            "userCount": 7,
            "firstSeen": "2026-11-23T12:03:00.391000Z",
            "project": {"id": "42", "slug": "backend"},
        } | changes

    return write
