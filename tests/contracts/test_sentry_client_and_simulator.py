"""The Sentry client and the simulated Sentry behind a real server on loopback, however it answers."""

from datetime import datetime, timedelta
from functools import partial

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.errors import VendorError, VendorRejected, VendorUnavailable
from bot.integrations._http import Retry, build_http
from bot.integrations.sentry import Sentry, auth_headers
from sandbox.faults import Faults
from sandbox.serve import Server
from sandbox.vendors.places import Place, utc_now
from sandbox.vendors.railway import RailwaySim
from sandbox.vendors.sentry import SENTRY_TOKEN, SentrySim
from sandbox.vendors.sentry_lives import lives_of

OLD, NEW = "a" * 40, "b" * 40
ONCE = Retry(attempts=1)
PATIENCE = 0.5
"""Seconds the client waits for an answer; the simulator's ``timeout`` outlasts it."""
HAPPENED = {"normal", "slow", "timeout", "reset", "malformed"}
"""Answers after which what was asked for has been done, whatever the client could see of it."""
ENDS = {
    "normal": None,
    "slow": None,
    "503": VendorUnavailable,
    "429": VendorUnavailable,
    "401": VendorRejected,
    "403": VendorRejected,
    "404": VendorRejected,
    "timeout": VendorUnavailable,
    "reset": VendorUnavailable,
    "malformed": VendorUnavailable,
    "empty": VendorUnavailable,
}
ANSWERS = next(knob["choices"] for knob in Faults().all() if knob["name"] == "sentry.answers")
PLACE = Place(
    service="api",
    environment="production",
    repository="pawlogic/backend",
    project_id="p",
    service_id="s",
    environment_id="e",
    token="project-token",
)


class World:
    def __init__(self) -> None:
        self.at = utc_now().replace(microsecond=0)
        self.faults = Faults()
        self.faults.slow_seconds = 0.05
        self.railway = RailwaySim(self.faults, [PLACE], now=self.now)
        self.railway.arrive("api", "production", OLD, at=self.at - timedelta(days=2))
        lives = partial(lives_of, self.railway)
        self.sim = SentrySim(self.faults, environments=["production"], now=self.now, lives=lives)
        self.sim.ingestion_delay = 1
        self.app = Starlette(routes=[Mount("/sentry", app=self.sim.asgi)])
        self.client: Sentry

    def now(self) -> datetime:
        return self.at

    async def count(self, seconds=20, release=""):
        start = self.at - timedelta(seconds=seconds)
        series = await self.client.errors(
            "backend", "production", start=start, end=self.at, bucket=1, release=release
        )
        return series.errors

    async def release(self, version=NEW, repository="pawlogic/backend"):
        await self.client.record_release(
            version,
            project="backend",
            repository=repository,
            sha=NEW,
            previous_sha=OLD,
            url="https://github.example/compare",
        )

    async def deploy(self, version=NEW):
        await self.client.record_deploy(
            version,
            environment="production",
            project="backend",
            name="pawdeploy run 1",
            url="",
            started=self.at,
            finished=self.at,
        )


@pytest.fixture
async def world():
    made = World()
    async with Server(made.app) as server:
        headers = auth_headers(SENTRY_TOKEN)
        async with build_http(f"{server.url}/sentry", headers, timeout=PATIENCE) as http:
            made.client = Sentry(http, "pawlogic", retry=ONCE)
            yield made


async def ended(call):
    try:
        await call
    except VendorError as error:
        return type(error)
    return None


async def test_a_spike_is_seen_as_far_as_it_is_complete_and_its_end_too(world):
    world.faults.set("sentry.errors", "spike after deploy")
    usual = await world.count(600) * 20 / 600
    world.railway.arrive("api", "production", NEW)
    world.at += timedelta(seconds=20)

    assert await world.count(20) > 4 * usual
    assert await world.count(20, release=NEW) > 4 * usual
    assert await world.count(20, release=OLD) == 0

    world.railway.arrive("api", "production", OLD)
    world.at += timedelta(seconds=30)
    assert await world.count(20) < 4 * usual


async def test_a_new_issue_of_the_release_is_found_and_of_no_other(world):
    world.faults.set("sentry.errors", "new issue after deploy")
    since = world.at
    world.railway.arrive("api", "production", NEW)
    world.at += timedelta(seconds=20)

    async def found(version, after):
        return await world.client.new_issues(
            version, project="backend", environment="production", since=after
        )

    (issue,) = await found(NEW, since)
    assert (issue.events, issue.users, issue.unhandled) == (12, 7, True)
    assert await found(OLD, since) == await found(NEW, world.at) == ()
    assert await world.client.open_issues(NEW, project="backend", environment="production") == 1


async def test_a_silent_sentry_covers_no_time(world):
    world.faults.set("sentry.errors", "silent")
    world.at += timedelta(seconds=20)

    assert (await world.client.errors(
        "backend", "production", start=world.at - timedelta(seconds=20), end=world.at, bucket=1
    )).seconds == 0  # fmt: skip


@pytest.mark.parametrize("version", [NEW, "feed/the@cat+1 %2F"])
async def test_releases_and_deploys_are_recorded_once_however_often_they_are_told(world, version):
    for _ in range(2):
        await world.release(version)
        await world.deploy(version)

    (release,) = world.sim.releases
    assert (release.version, len(release.deploys)) == (version, 1)
    assert release.refs[0]["previousCommit"] == OLD


async def test_a_release_is_recorded_without_the_commits_of_a_stranger(world):
    await world.release(repository="some/where")

    (release,) = world.sim.releases
    assert release.refs == []


async def test_a_check_passes_and_names_the_organization(world):
    assert await world.client.whoami() == "organization Pawlogic"
    await world.client.check("backend")


async def test_a_project_or_an_environment_that_is_not_there_is_refused(world):
    async def counted(project, environment):
        start = world.at - timedelta(seconds=20)
        return await ended(world.client.errors(project, environment, start=start, end=world.at, bucket=1))

    assert await counted("nope", "production") is VendorRejected
    assert await counted("backend", "prod") is VendorRejected


def test_every_answer_is_expected_to_end_somehow():
    assert set(ANSWERS) == set(ENDS)


@pytest.mark.parametrize("answers", ANSWERS)
async def test_reading_ends_as_it_should_and_works_again_after(world, answers):
    await world.count()
    world.faults.set("sentry.answers", answers)
    since = world.at

    issues = world.client.new_issues(NEW, project="backend", environment="production", since=since)
    ends = [await ended(world.count()), await ended(issues)]
    world.faults.reset()

    assert ends == [ENDS[answers]] * 2
    assert await world.count() >= 0


@pytest.mark.parametrize("answers", ANSWERS)
async def test_recording_happens_when_it_should_and_never_twice(world, answers):
    world.faults.set("sentry.answers", answers)
    assert await ended(world.release()) is ENDS[answers]
    assert len(world.sim.releases) == (1 if answers in HAPPENED else 0)

    world.faults.reset()
    await world.release()
    await world.deploy()
    world.faults.set("sentry.answers", answers)
    assert await ended(world.deploy()) is ENDS[answers]
    world.faults.reset()
    await world.deploy()

    (release,) = world.sim.releases
    assert len(release.deploys) == 1
