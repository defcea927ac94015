"""Rules of what Sentry is told, and of how its lists are read."""

from datetime import timedelta

import httpx
import pytest

from bot.errors import VendorRejected, VendorUnavailable
from tests.bot.integrations.sentry.conftest import NOON, ORG, TOKEN, VERSION

RELEASE = {
    "project": "backend",
    "repository": "pawlogic/backend",
    "sha": "b" * 40,
    "previous_sha": "a" * 40,
    "url": "https://github.example/compare",
}
DEPLOY = {
    "environment": "production",
    "project": "backend",
    "name": "pawdeploy run 12",
    "url": "https://railway.example/d",
    "started": NOON,
    "finished": NOON + timedelta(minutes=2),
}
DEPLOYS = f"{ORG}/releases/feed%2Fthe%40cat%2B1/deploys/"


@pytest.mark.parametrize("status", [201, 208])
async def test_a_release_is_recorded_with_its_commits_new_or_known(vendor, sentry, status):
    vendor.on(f"POST {ORG}/releases/", httpx.Response(status, json={"version": VERSION}))

    await sentry.record_release(VERSION, **RELEASE)

    assert vendor.sent() == {
        "version": VERSION,
        "projects": ["backend"],
        "url": RELEASE["url"],
        "refs": [{"repository": "pawlogic/backend", "commit": "b" * 40, "previousCommit": "a" * 40}],
    }
    assert vendor.asked[-1].headers["authorization"] == f"Bearer {TOKEN}"


async def test_a_release_of_a_repository_sentry_does_not_know_is_recorded_without_commits(vendor, sentry):
    refused = httpx.Response(400, json={"refs": ["Invalid repository names: pawlogic/backend"]})
    vendor.on(f"POST {ORG}/releases/", refused, httpx.Response(208, json={"version": VERSION}))

    await sentry.record_release(VERSION, **RELEASE | {"previous_sha": "", "url": ""})

    assert vendor.sent(0)["refs"] == [{"repository": "pawlogic/backend", "commit": "b" * 40}]
    assert vendor.sent() == {"version": VERSION, "projects": ["backend"]}


async def test_recording_is_not_repeated_by_itself(vendor, sentry):
    vendor.on(f"POST {ORG}/releases/", httpx.Response(503))

    with pytest.raises(VendorUnavailable):
        await sentry.record_release(VERSION, **RELEASE)

    assert len(vendor.asked) == 1


async def test_a_deploy_is_recorded_under_the_releases_encoded_name(vendor, sentry):
    vendor.on(f"GET {DEPLOYS}", httpx.Response(200, json=[{"environment": "production", "name": "run 11"}]))
    vendor.on(f"POST {DEPLOYS}", httpx.Response(201, json={"id": "1", "environment": "production"}))

    await sentry.record_deploy(VERSION, **DEPLOY)

    assert vendor.sent() == {
        "environment": "production",
        "name": "pawdeploy run 12",
        "projects": ["backend"],
        "url": "https://railway.example/d",
        "dateStarted": "2026-11-23T12:00:00Z",
        "dateFinished": "2026-11-23T12:02:00Z",
    }


async def test_a_deploy_recorded_before_a_crash_is_not_recorded_twice(vendor, sentry):
    known = {"environment": "production", "name": "pawdeploy run 12"}
    vendor.on(f"GET {DEPLOYS}", httpx.Response(200, json=[known]))

    await sentry.record_deploy(VERSION, **DEPLOY)

    assert [request.method for request in vendor.asked] == ["GET"]


async def test_new_issues_are_those_of_the_release_the_environment_and_since(vendor, sentry, issue):
    older = issue(firstSeen="2026-11-23T11:00:00Z")
    vendor.on(f"GET {ORG}/issues/", httpx.Response(200, json=[issue(), older]))

    (found,) = await sentry.new_issues(VERSION, project="backend", environment="production", since=NOON)

    assert (found.title, found.events, found.users, found.unhandled) == ("KeyError: 'breed'", 12, 7, True)
    assert found.url == "https://pawlogic.sentry.io/issues/1170820242/"
    asked = vendor.asked[-1].url.params
    assert asked["query"] == f'is:unresolved error.unhandled:true firstRelease:"{VERSION}"'
    assert (asked["project"], asked["environment"]) == ("42", "production")
    assert await sentry.open_issues(VERSION, project="backend", environment="production") == 2


@pytest.mark.parametrize("answer", ["{}", "", "null", '[{"title": "x"}]', "<html>"])
async def test_a_list_of_issues_we_cannot_read_is_not_an_empty_list(vendor, sentry, answer):
    vendor.on(f"GET {ORG}/issues/", httpx.Response(200, text=answer))

    with pytest.raises(VendorUnavailable):
        await sentry.new_issues(VERSION, project="backend", environment="production", since=NOON)


@pytest.mark.parametrize("version", ['x" OR is:resolved "', "1.*", "a\\", ""])
async def test_a_release_that_would_change_the_search_is_refused_unsent(vendor, sentry, version):
    with pytest.raises(VendorRejected):
        await sentry.open_issues(version, project="backend", environment="production")

    assert vendor.asked == []


@pytest.mark.parametrize("version", ["..", "", "a\nb", "x" * 201])
async def test_a_release_that_is_no_path_is_refused_unsent(vendor, sentry, version):
    with pytest.raises(VendorRejected):
        await sentry.record_deploy(version, **DEPLOY)

    assert vendor.asked == []


async def test_a_rate_limit_says_how_long_to_wait(vendor, sentry):
    headers = {
        "date": "Mon, 23 Nov 2026 12:00:00 GMT",
        "x-sentry-rate-limit-reset": str(int(NOON.timestamp()) + 30),
    }
    said = {"detail": "You are attempting to use this endpoint too frequently."}
    vendor.on(f"GET {ORG}/issues/", httpx.Response(429, json=said, headers=headers))

    with pytest.raises(VendorUnavailable, match="too frequently") as caught:
        await sentry.open_issues(VERSION, project="backend", environment="production")

    assert caught.value.retry_after == 30


async def test_a_refusal_is_told_in_sentrys_words(vendor, sentry):
    said = {"detail": "You do not have permission to perform this action."}
    vendor.on(f"GET {ORG}/", httpx.Response(403, json=said))

    with pytest.raises(VendorRejected, match="do not have permission"):
        await sentry.whoami()


async def test_a_check_reads_and_writes_nothing(vendor, sentry, series):
    vendor.on(f"GET {ORG}/", httpx.Response(200, json={"slug": "pawlogic", "name": "PawLogic"}))
    vendor.on(f"GET {ORG}/issues/", httpx.Response(200, json=[]))
    vendor.on(f"GET {ORG}/events-timeseries/", series(0))

    assert await sentry.whoami() == "organization PawLogic"
    await sentry.check("backend")

    assert {request.method for request in vendor.asked} == {"GET"}
