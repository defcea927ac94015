"""Crashes: what is new and nobody's code caught is bad, and so is what escalates; the worst comes first."""

from datetime import timedelta

import pytest

from bot.engine.incidents import Status
from playbooks.steps import CrashesProbe
from tests.bot.incidents.looks._world import NOON, PLACE, without

PROBE = CrashesProbe(kind="crashes", within="24h")
APP = without(PLACE, service="mobile")


@pytest.fixture
def crash(world):
    """Have an issue of the app that began some hours before noon."""

    def make(title="TypeError: undefined is not a function", hours=1.0, project="mobile", **more):
        facts = {"events": 40, "users": 30, "pace": 60, "level": "fatal"} | more
        return world.sentry.world.add_issue(
            project,
            "production",
            "app@2.4.0",
            title,
            told=True,
            first_seen=NOON - timedelta(hours=hours),
            **facts,
        )

    return make


async def test_new_crashes_are_bad_and_the_worst_is_named_first(world, crash):
    crash("SIGABRT", events=9, users=8)
    worst = crash("TypeError: pet.vaccines is undefined", events=61, users=48)

    found = await world.look(PROBE, APP)

    assert found.status is Status.BAD
    assert found.said == (
        "2 new issues, over 50 events, over 50 users. The worst: TypeError: pet.vaccines is undefined."
    )
    assert [line.partition(" (")[0].split(" ", 1)[1] for line in found.details] == [
        "TypeError: pet.vaccines is undefined",
        "SIGABRT",
    ]
    assert found.details[0].endswith(f"(new): 61 events, 48 users {found.url}")
    assert found.url.endswith(f"/issues/{worst.id}/")


async def test_where_there_is_none_it_is_fine(world):
    found = await world.look(PROBE, APP)

    assert (found.status, found.said) == (Status.OK, "No new issue since 24 h before this began.")


@pytest.mark.parametrize(("hours", "status"), [(23.9, Status.BAD), (24.1, Status.OK)])
async def test_new_is_what_began_within_the_time_the_playbook_says(world, crash, hours, status):
    await world.sentry.happen(crash(hours=hours))

    assert (await world.look(PROBE, APP)).status is status


async def test_new_is_counted_from_where_it_began_however_long_it_goes_on(world, crash):
    crash(hours=2)
    world.clock.wait(3 * 86_400)

    assert (await world.look(PROBE, APP)).status is Status.BAD


async def test_an_old_issue_that_escalates_is_bad(world, crash):
    await world.sentry.escalate(crash(hours=100))

    found = await world.look(PROBE, APP)

    assert found.status is Status.BAD
    assert found.said.startswith("1 issue escalating, ")


async def test_an_old_issue_that_goes_on_is_counted_and_fine(world, crash):
    await world.sentry.happen(crash(hours=100))

    found = await world.look(PROBE, APP)

    assert (found.status, found.said) == (
        Status.OK,
        "No new issue since 24 h before this began; 1 older issue went on.",
    )


async def test_what_the_code_caught_is_told_and_not_bad(world, crash):
    crash(unhandled=False)

    found = await world.look(PROBE, APP)

    assert found.status is Status.OK
    assert found.said.endswith("All were caught by our own code.")


@pytest.mark.parametrize("how", ["resolve", "archive"])
async def test_what_somebody_has_dealt_with_does_not_count(world, crash, how):
    await getattr(world.sentry, how)(crash())

    assert (await world.look(PROBE, APP)).status is Status.OK


async def test_issues_of_other_projects_do_not_count(world, crash):
    crash(project="backend")

    assert (await world.look(PROBE, APP)).status is Status.OK
    assert (await world.look(PROBE)).status is Status.BAD


async def test_where_no_service_is_named_the_app_is_meant(world, crash):
    crash()

    assert (await world.look(PROBE, without(PLACE, service="", environment=""))).status is Status.BAD


async def test_ten_are_listed_and_the_rest_is_counted(world, crash):
    for number in range(14):
        crash(f"Error {number}")

    found = await world.look(PROBE, APP)

    assert (len(found.details), found.details[-1]) == (11, "and 4 more")


async def test_what_sentry_was_told_is_shown_short_and_without_secrets(world, crash):
    token = "ghp_" + "a" * 30
    crash(f"Error: {token}\n<!channel> " + "x" * 5000)

    found = await world.look(PROBE, APP)

    shown = (found.said, *found.details)
    assert token not in " ".join(shown)
    assert max(map(len, shown)) <= 300
    assert "\n" not in "".join(shown)


async def test_without_sentry_nobody_knows(world):
    found = await world.look(PROBE, APP, issues=None)

    assert (found.status, found.said) == (
        Status.UNKNOWN,
        "No Sentry is configured, so nobody knows of crashes.",
    )


async def test_a_vendor_that_refuses_is_unknown_and_says_why(world):
    world.faults.set("sentry.answers", "401")

    found = await world.look(PROBE, APP)

    assert found.status is Status.UNKNOWN
    assert found.said == "Sentry refused while listing recent issues: HTTP 401: Invalid token."
