"""Rules of ``bot/alerts/sources/expo.py``: builds and submissions by project, platform and profile."""

from datetime import UTC, datetime

import pytest

from bot.alerts.sources import expo
from bot.engine.alerts import Happening, Severity, Source
from tests.bot.alerts._arrivals import arrived
from tests.bot.test_webhooks import NOON

BUILD = {
    "id": "147a3212-49fd-446f-b4e3-a6519acf264a",
    "accountName": "pawlogic",
    "projectName": "pawlogic",
    "buildDetailsPageUrl": "https://expo.dev/accounts/pawlogic/projects/pawlogic/builds/147a3212",
    "appId": "bc0a82de-65a5-4497-ad86-54ff1f53edf7",
    "platform": "ios",
    "status": "errored",
    "artifacts": None,
    "metadata": {
        "appVersion": "1.4.0",
        "buildProfile": "production",
        "gitCommitHash": "564b61eb",
        "channel": "production",
    },
    "error": {"message": "Unknown error. See logs\nof the Run fastlane phase.", "errorCode": "UNKNOWN_ERROR"},
    "completedAt": "2026-05-04T11:43:03.519Z",
}
SUBMIT = {
    "id": "0374430d-7776-44ad-be7d-8513629adc54",
    "appId": "bc0a82de-65a5-4497-ad86-54ff1f53edf7",
    "submissionDetailsPageUrl": "https://expo.dev/accounts/pawlogic/projects/pawlogic/submissions/0374430d",
    "platform": "android",
    "status": "errored",
    "submissionInfo": {"error": {"message": "Android version code needs to be updated", "errorCode": "X"}},
}


def read(body: object):
    return expo.read(arrived(Source.EXPO, "expo", body))


def read_one(body: object):
    (event,) = read(body)
    return event


def test_a_build_that_fails_fires_with_its_error_and_its_page():
    assert read_one(BUILD).model_dump(exclude_defaults=True) == {
        "source": Source.EXPO,
        "fingerprint": "expo:pawlogic:build:ios:production",
        "happening": Happening.FIRED,
        "at": datetime(2026, 5, 4, 11, 43, 3, 519_000, tzinfo=UTC),
        "title": "iOS build of pawlogic fails (production)",
        "detail": "Unknown error. See logs\nof the Run fastlane phase.",
        "project": "pawlogic",
        "severity": Severity.ERROR,
        "url": BUILD["buildDetailsPageUrl"],
        "tags": {
            "platform": "ios",
            "profile": "production",
            "version": "1.4.0",
            "channel": "production",
            "commit": "564b61eb",
        },
    }


def test_a_submission_that_fails_fires_and_may_name_its_app_by_number_only():
    event = read_one(SUBMIT)
    assert event.fingerprint == f"expo:{SUBMIT['appId']}:submit:android:"
    assert (event.detail, event.url) == (
        "Android version code needs to be updated", SUBMIT["submissionDetailsPageUrl"],
    )  # fmt: skip
    assert event.at == NOON
    assert read_one(SUBMIT | {"projectName": "pawlogic"}).fingerprint == "expo:pawlogic:submit:android:"


def test_a_build_that_works_again_resolves_the_same_group():
    good = read_one(BUILD | {"status": "finished", "error": None})
    assert (good.happening, good.severity, good.detail) == (Happening.RESOLVED, None, "")
    assert (good.fingerprint, good.title) == (read_one(BUILD).fingerprint, read_one(BUILD).title)


def test_an_error_that_says_nothing_is_told_by_its_code():
    assert read_one(BUILD | {"error": {"errorCode": "UNKNOWN_ERROR"}}).detail == "UNKNOWN_ERROR"
    assert read_one(BUILD | {"error": "x"}).detail == ""


@pytest.mark.parametrize(("status", "outcome"), [("canceled", "ignored"), ("in-progress", "unknown")])
def test_what_neither_failed_nor_worked_says_nothing(status, outcome):
    assert read(BUILD | {"status": status}).outcome == outcome


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"\xff", {}, BUILD | {"platform": None}, BUILD | {"status": None},
        BUILD | {"id": ""},
        {key: value for key, value in BUILD.items() if key not in ("projectName", "appId")},
        {key: value for key, value in BUILD.items() if key not in ("metadata", "buildDetailsPageUrl")},
    ],
)  # fmt: skip
def test_what_breaks_the_shape_is_unreadable(body):
    assert read(body).outcome == "unreadable"
