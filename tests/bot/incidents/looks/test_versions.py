"""Versions: the tags of the newest issues, added up, name the version and the build."""

from datetime import timedelta

import pytest

from bot.engine.incidents import Status
from bot.incidents.looks.versions import MOST_ISSUES, TAGS
from playbooks.steps import VersionsProbe
from tests.bot.incidents.looks._world import NOON, PLACE, without

PROBE = VersionsProbe(kind="versions", within="24h")
APP = without(PLACE, service="mobile")
OLDER, NEWER = "app@2.3.0+80", "app@2.4.0+87"


@pytest.fixture
def crash(world):
    def make(title="TypeError", release=NEWER, hours=1.0, **more):
        facts = {"events": 40, "users": 30, "pace": 60} | more
        seen = NOON - timedelta(hours=hours)
        return world.sentry.world.add_issue(
            "mobile", "production", release, title, told=True, first_seen=seen, **facts
        )

    return make


async def test_the_version_and_build_most_events_come_from_are_named(world, crash):
    crash(events=60, tags={"dist": "87", "os.name": "iOS"})
    crash(events=15, tags={"dist": "87", "os.name": "Android"})
    crash(events=25, release=OLDER, tags={"dist": "80", "os.name": "iOS"})

    found = await world.look(PROBE, APP)

    assert (found.status, found.points_at) == (Status.BAD, NEWER)
    assert found.said == (
        f"Most events of 3 issues: version {NEWER} (75 %), build 87 (75 %), system iOS (85 %)."
    )
    assert found.details[:3] == (
        f"Version: {NEWER}: 75 events; {OLDER}: 25 events",
        "Build: 87: 75 events; 80: 25 events",
        "System: iOS: 85 events; Android: 15 events",
    )


async def test_one_issue_in_two_releases_counts_in_both(world, crash):
    await world.sentry.happen(crash(events=10, release=OLDER), times=30, release=NEWER)

    found = await world.look(PROBE, APP)

    assert found.details[0] == f"Version: {NEWER}: 30 events; {OLDER}: 10 events"


async def test_where_nothing_is_new_it_is_fine(world, crash):
    await world.sentry.happen(crash(hours=100))

    found = await world.look(PROBE, APP)

    assert (found.status, found.said) == (Status.OK, "No new issue since 24 h before this began.")


async def test_issues_without_any_such_tag_are_unknown(world, crash):
    crash(release="")

    found = await world.look(PROBE, APP)

    assert found.status is Status.UNKNOWN
    assert found.said == "1 issue, and none says of which version, build or system it is."


async def test_few_issues_are_asked_about_however_many_there_are(world, crash):
    for number in range(30):
        crash(f"Error {number}")

    await world.look(PROBE, APP)

    asked = [path for path in world.sentry.requests if "/tags/" in path]
    assert len(asked) == MOST_ISSUES * len(TAGS)


async def test_a_vendor_that_does_not_answer_is_unknown(world, crash):
    crash()
    world.faults.set("sentry.answers", "malformed")

    found = await world.look(PROBE, APP)

    assert found.status is Status.UNKNOWN
    assert found.said.startswith("Sentry did not answer: ")
