"""The issue client and the simulated Sentry behind a real server on loopback, however it answers."""

from datetime import UTC, datetime, timedelta

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.engine.alerts import ARCHIVE_HOWS, RESOLVE_HOWS, AlertState
from bot.engine.sentry_issues import state_of
from bot.errors import VendorError, VendorRejected, VendorUnavailable
from bot.integrations._http import Retry, build_http
from bot.integrations.sentry import Sentry, SentryIssues, auth_headers
from sandbox.faults import Faults
from sandbox.serve import Server
from sandbox.vendors.github_repo import GitCommit
from sandbox.vendors.sentry import MEMBERS, SENTRY_TOKEN, SentrySim
from tests.contracts.test_sentry_client_and_simulator import ANSWERS, ENDS, HAPPENED, PATIENCE

OLD, NEW = "a" * 40, "b" * 40
ONCE = Retry(attempts=1)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def commits_of(_repository, sha, previous):
    told = {"author": "Ann Requin", "at": NOON, "parents": (), "files": ()}
    return (
        GitCommit(sha=sha, title="feed: Weigh the cat", **told),
        GitCommit(sha=previous, title="Begin", **told),
    )


class World:
    def __init__(self) -> None:
        self.at = NOON
        self.faults = Faults()
        self.faults.slow_seconds = 0.05
        self.sim = SentrySim(
            self.faults, environments=["production"], now=lambda: self.at, commits_of=commits_of
        )
        self.app = Starlette(routes=[Mount("/sentry", app=self.sim.asgi)])
        self.client: SentryIssues
        self.releases: Sentry

    def issue(self, title="KeyError: 'breed'", **more) -> str:
        return str(self.sim.world.add_issue("backend", "production", OLD, title, told=True, **more).id)

    async def release(self, version=NEW) -> None:
        await self.releases.record_release(
            version, project="backend", repository="pawlogic/backend", sha=NEW, previous_sha=OLD, url=""
        )


@pytest.fixture
async def world():
    made = World()
    async with Server(made.app) as server:
        http = build_http(f"{server.url}/sentry", auth_headers(SENTRY_TOKEN), timeout=PATIENCE)
        async with http:
            made.client = SentryIssues(http, "pawlogic", retry=ONCE)
            made.releases = Sentry(http, "pawlogic", retry=ONCE)
            yield made
    await made.sim.aclose()


async def ended(call):
    try:
        await call
    except VendorError as error:
        return type(error)
    return None


async def test_an_issue_is_read_with_all_there_is(world):
    number = world.issue(events=3, users=2)
    world.at += timedelta(minutes=1)

    issue = await world.client.issue(number)

    assert (issue.id, issue.project, issue.level) == (number, "backend", "error")
    assert (issue.title, issue.culprit) == ("KeyError: 'breed'", "app.pets.routes in list_pets")
    assert (issue.status, issue.substatus, issue.events, issue.users) == ("unresolved", "new", 3, 2)
    assert (issue.first_release, issue.last_release) == (OLD, OLD)
    assert (issue.first_seen, issue.last_seen) == (NOON, NOON + timedelta(seconds=2))
    assert (len(issue.spark), sum(issue.spark)) == (24, 3)
    assert issue.url.endswith(f"/issues/{number}/")
    assert issue.assignee == ""


async def test_an_issue_that_is_not_there_is_refused_with_404(world):
    with pytest.raises(VendorRejected) as caught:
        await world.client.issue("7")

    assert caught.value.status == 404


@pytest.mark.parametrize("how", RESOLVE_HOWS)
async def test_every_way_of_resolving_resolves_and_reopening_undoes_it(world, how):
    await world.release()
    number = world.issue()

    assert state_of(await world.client.resolve(number, how)) is AlertState.RESOLVED
    assert state_of(await world.client.issue(number)) is AlertState.RESOLVED
    assert state_of(await world.client.reopen(number)) is AlertState.FIRING


async def test_resolving_in_a_release_without_any_release_is_refused_and_changes_nothing(world):
    number = world.issue(first_seen=NOON)
    world.sim.world.find(int(number)).first_release = ""

    assert await ended(world.client.resolve(number, "next")) is VendorRejected
    assert (await world.client.issue(number)).status == "unresolved"


@pytest.mark.parametrize("how", ARCHIVE_HOWS)
async def test_every_way_of_archiving_archives(world, how):
    number = world.issue()
    exact = {"escalating": "archived_until_escalating", "forever": "archived_forever"}

    issue = await world.client.archive(number, how)

    assert state_of(issue) is AlertState.ARCHIVED
    assert issue.substatus == exact.get(how, "archived_until_condition_met")


async def test_archived_for_an_hour_comes_back_after_it(world):
    number = world.issue()
    await world.client.archive(number, "3600")

    world.at += timedelta(minutes=59)
    world.sim.world.issues()
    assert state_of(await world.client.issue(number)) is AlertState.ARCHIVED

    world.at += timedelta(minutes=2)
    await world.sim.happen(int(number))
    assert state_of(await world.client.issue(number)) is AlertState.FIRING


async def test_an_issue_is_given_to_somebody_and_to_nobody(world):
    number, somebody = world.issue(), MEMBERS[1].email

    assert (await world.client.assign(number, somebody)).assignee_email == somebody
    assert (await world.client.issue(number)).assignee == somebody
    assert (await world.client.assign(number, "")).assignee == ""
    with pytest.raises(VendorRejected, match="assignedTo: Unknown actor input"):
        await world.client.assign(number, "nobody@pawlogic.example")


async def test_recent_issues_are_read_over_pages_whatever_their_status(world):
    numbers = [
        world.issue(f"Error {at}", first_seen=NOON - timedelta(minutes=at), events=1) for at in range(205)
    ]
    await world.client.resolve(numbers[0], "now")
    await world.client.archive(numbers[1], "forever")

    found = await world.client.recent("backend", since=NOON - timedelta(minutes=203))

    assert [issue.id for issue in found] == numbers[:204]
    assert [issue.status for issue in found[:3]] == ["resolved", "ignored", "unresolved"]
    assert len([asked for asked in world.sim.requests if asked.endswith("/issues/")]) == 3
    assert len(await world.client.recent("backend", since=NOON - DAY, most=150)) == 150


async def test_a_project_that_is_not_there_is_refused(world):
    assert await ended(world.client.recent("nope", since=NOON)) is VendorRejected


@pytest.mark.parametrize("version", [NEW, "feed/the@cat+1 %2F"])
async def test_a_releases_commits_are_read_newest_first(world, version):
    await world.release(version)

    newest, oldest = await world.client.commits(version)

    assert (newest.sha, newest.title, newest.author) == (NEW, "feed: Weigh the cat", "Ann Requin")
    assert oldest.sha == OLD
    assert await ended(world.client.commits("never released")) is VendorRejected


@pytest.mark.parametrize("answers", ANSWERS)
async def test_reading_ends_as_it_should_and_works_again_after(world, answers):
    number = world.issue(events=1)
    await world.client.recent("backend", since=NOON - DAY)
    world.faults.set("sentry.answers", answers)

    ends = [
        await ended(world.client.issue(number)),
        await ended(world.client.recent("backend", since=NOON - DAY)),
    ]
    world.faults.reset()

    assert ends == [ENDS[answers]] * 2
    assert (await world.client.issue(number)).id == number


@pytest.mark.parametrize("answers", ANSWERS)
async def test_a_change_happens_when_it_should_and_is_sent_once(world, answers):
    number = world.issue()
    world.faults.set("sentry.answers", answers)

    assert await ended(world.client.resolve(number, "now")) is ENDS[answers]
    world.faults.reset()

    wanted = AlertState.RESOLVED if answers in HAPPENED else AlertState.FIRING
    assert state_of(await world.client.issue(number)) is wanted
    assert len([asked for asked in world.sim.requests if asked.startswith("PUT")]) <= 1


async def test_an_empty_answer_is_none(world):
    number = world.issue()
    world.faults.set("sentry.answers", "empty")

    with pytest.raises(VendorUnavailable, match="cannot read"):
        await world.client.issue(number)


async def test_tags_are_counted_over_an_issues_events_there(world):
    number = world.issue(events=3, tags={"dist": "87"})
    world.at += timedelta(minutes=1)
    await world.sim.happen(int(number), times=5, release=NEW)

    assert await world.client.tag(number, "release", environment="production") == ((NEW, 5), (OLD, 3))
    assert await world.client.tag(number, "dist") == (("87", 8),)
    assert await world.client.tag(number, "os.name") == ()
    assert await world.client.tag("7", "dist") == ()


@pytest.mark.parametrize("unhandled", [True, False])
async def test_what_the_code_caught_is_told(world, unhandled):
    world.issue(unhandled=unhandled, events=1)

    (issue,) = await world.client.recent("backend", since=NOON - DAY)

    assert issue.handled is not unhandled


@pytest.mark.parametrize("answers", ANSWERS)
async def test_a_tag_ends_as_it_should_and_is_read_again_after(world, answers):
    number = world.issue(events=1, tags={"dist": "87"})
    world.faults.set("sentry.answers", answers)
    # 404 is how Sentry says that no event has the tag.
    ends = None if answers == "404" else ENDS[answers]

    assert await ended(world.client.tag(number, "dist")) is ends
    world.faults.reset()

    assert await world.client.tag(number, "dist") == (("87", 1),)
