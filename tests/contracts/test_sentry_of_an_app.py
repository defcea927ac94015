"""What an update over the air is watched by: errors of a tag, new issues, sessions. Client and simulator."""

from datetime import timedelta

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.errors import VendorRejected
from bot.integrations._http import Retry, build_http
from bot.integrations.sentry import Sentry, auth_headers
from sandbox.faults import Faults
from sandbox.serve import Server
from sandbox.vendors.places import utc_now
from sandbox.vendors.sentry import SENTRY_TOKEN, SentrySim

BUILD = "app.pawlogic@2.4.0+87"
UPDATE, OTHER = {"expo-update-group-id": "0193-new"}, {"expo-update-group-id": "0193-other"}
TAG = ("expo-update-group-id", "0193-new")
PER_MINUTE = 60


class App:
    def __init__(self):
        self.began = self.at = utc_now().replace(microsecond=0)
        self.sim = SentrySim(
            Faults(),
            projects={"mobile": "mobile", "backend": "api"},
            environments=["production"],
            apps=["mobile"],
            now=lambda: self.at,
        )
        self.sim.ingestion_delay = 1
        self.sim.world.per_minute["mobile", "production"] = PER_MINUTE
        self.client: Sentry

    def wait(self, **time):
        self.at += timedelta(**time)

    def crash(self, tags=UPDATE, per_minute=600.0):
        self.sim.crashes(
            "mobile", "production", tags=tags, release=BUILD, title="TypeError: pet", per_minute=per_minute
        )

    async def count(self, seconds=600, **which):
        start = self.at - timedelta(seconds=seconds)
        series = await self.client.errors("mobile", "production", start=start, end=self.at, bucket=1, **which)
        return series.errors / series.seconds * 60

    async def issues(self, since, tag=TAG):
        return await self.client.unhandled_since("mobile", "production", since=since, tag=tag)

    async def crash_free(self, project="mobile", release=BUILD):
        return await self.client.crash_free(project, "production", release=release)


@pytest.fixture
async def app():
    made = App()
    async with (
        Server(Starlette(routes=[Mount("/sentry", app=made.sim.asgi)])) as server,
        build_http(f"{server.url}/sentry", auth_headers(SENTRY_TOKEN), timeout=5) as http,
    ):
        made.client = Sentry(http, "pawlogic", retry=Retry(attempts=1))
        yield made


async def test_an_update_at_10_percent_has_a_tenth_of_the_usual_errors(app):
    app.sim.spread("mobile", "production", tags=UPDATE, share=0.1)
    app.wait(seconds=600)

    assert await app.count(tag=TAG) == pytest.approx(PER_MINUTE / 10, rel=0.5)
    assert await app.count() == pytest.approx(PER_MINUTE, rel=0.3)
    assert await app.count(tag=("expo-update-group-id", "0193-other")) == 0


async def test_a_tag_without_a_value_is_whatever_it_says_and_none_where_nobody_sets_it(app):
    any_update, never_set = ("expo-update-group-id", ""), ("other-tag", "")
    app.wait(seconds=600)
    assert await app.count(tag=any_update) == 0
    app.sim.spread("mobile", "production", tags=UPDATE, share=0.1)

    assert await app.count(tag=any_update) > 0
    assert await app.count(tag=never_set) == 0


async def test_the_share_of_an_update_counts_from_when_it_was_told(app):
    app.sim.spread("mobile", "production", tags=UPDATE, share=1.0)
    app.wait(seconds=600)
    app.sim.spread("mobile", "production", tags=UPDATE, share=0.0)
    app.wait(seconds=600)

    assert await app.count(590, tag=TAG) == 0
    assert await app.count(1200, tag=TAG) == pytest.approx(PER_MINUTE / 2, rel=0.3)


async def test_a_crash_is_counted_by_its_tag_by_its_release_and_among_all(app):
    app.crash()
    app.wait(seconds=600)

    for which in ({"tag": TAG}, {"release": BUILD}, {"tag": TAG, "release": BUILD}):
        assert await app.count(**which) == pytest.approx(600, rel=0.1), which
    assert await app.count() == pytest.approx(600 + PER_MINUTE, rel=0.1)
    assert await app.count(tag=TAG, release="app.pawlogic@2.3.0+80") == 0


async def test_a_crash_ends_when_it_is_calmed_and_of_that_tag_alone(app):
    app.crash()
    app.crash(OTHER)
    app.wait(seconds=60)
    app.sim.calm(UPDATE)
    app.wait(seconds=600)

    assert await app.count(590, tag=TAG) == 0
    assert await app.count(590, tag=("expo-update-group-id", "0193-other")) == pytest.approx(600, rel=0.1)


async def test_a_crash_told_again_changes_how_many_and_is_one_issue(app):
    app.crash()
    app.wait(seconds=600)
    app.crash(per_minute=60)
    app.wait(seconds=600)

    assert await app.count(590, tag=TAG) == pytest.approx(60, rel=0.5)
    assert len(app.sim.issues) == 1


async def test_a_new_issue_of_the_update_is_found_with_its_people_whatever_its_release(app):
    app.sim.world.add_issue("mobile", "production", BUILD, "Error: of nobody's update")
    app.sim.world.add_issue("mobile", "production", BUILD, "Error: caught", tags=UPDATE, unhandled=False)
    app.crash()
    app.wait(seconds=20)

    (issue,) = await app.issues(app.began)
    assert (issue.title, issue.events, issue.users, issue.unhandled) == ("TypeError: pet", 40, 23, True)


async def test_without_a_tag_every_new_unhandled_issue_is_found(app):
    app.sim.world.add_issue("mobile", "production", BUILD, "Error: of nobody's update")
    app.crash()
    app.wait(seconds=20)

    assert len(await app.issues(app.began, tag=("", ""))) == 2


async def test_an_issue_seen_before_is_not_new(app):
    app.crash()
    app.wait(seconds=20)

    assert await app.issues(app.at) == ()


async def test_sessions_end_well_until_the_release_crashes(app):
    before = await app.crash_free()
    app.wait(hours=-2)  # the client goes by its own clock: what happened is moved, not the hour it is
    app.crash(per_minute=10)
    app.wait(hours=2)
    after = await app.crash_free()

    assert 0.99 < before.rate < 1
    assert after.rate < before.rate
    assert (before.release, before.sessions, after.sessions) == (BUILD, 23 * 1200, 23 * 1200)


async def test_sessions_of_the_hour_that_is_not_over_are_left_out(app):
    found = await app.crash_free()

    assert found.until == app.at.replace(minute=0, second=0)


async def test_where_sentry_has_no_sessions_there_is_no_number(app):
    app.sim.sessions.per_hour["mobile"] = 0

    assert await app.crash_free() is None
    assert await app.crash_free(project="backend") is None


@pytest.mark.parametrize("tag", [("no tag", "x"), ("a]b", "x"), ("fine", 'x" or "y'), ("fine", "")])
async def test_a_tag_that_would_search_for_something_else_is_never_sent(app, tag):
    with pytest.raises(VendorRejected):
        await app.issues(app.began, tag=tag)

    assert [path for path in app.sim.requests if "issues" in path] == []
