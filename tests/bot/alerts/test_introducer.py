"""Alerts are put down to the deploy that brought them, with the commit one suspects."""

import pytest

from bot.engine.alerts import Happening
from bot.engine.sentry_issues import SuspectCommit
from tests.bot.alerts._kit import NAMED, broken
from tests.bot.db.test_explain_store import ship
from tests.bot.engine._groups import later, sentry, told
from tests.bot.pipelines._memory import ANN, NOON, OLD, SHA

DISK = "generic:disk"
HERE = {"service": "api", "environment": "staging"}


async def shipped(world, key, *, began, sha, live=None):
    run_id = await world.runs.create(
        key=key, service="api", environment="staging", ref="main", again=False, by=ANN, at=NOON,
        card_channel="C0DEPLOYS01",
    )  # fmt: skip
    await ship(world.db, run_id, began=began, live=live if live is not None else began + 30, sha=sha)
    return run_id


@pytest.fixture
async def world(alerts):
    """Two deploys: a day ago, and ten minutes ago."""
    alerts.old = await shipped(alerts, "t1", began=-86400, sha=OLD)
    alerts.new = await shipped(alerts, "t2", began=-600, sha=SHA)
    return alerts


async def brought(world, fingerprint=NAMED):
    await world.work()
    found = (await world.named(fingerprint)).introduced
    return (found.run, found.how, found.live) if found else None


async def test_the_release_sentry_first_saw_it_in_is_evidence(world):
    world.sentry.has(first_release=OLD, last_release=SHA)
    await world.tell(sentry(**HERE))
    assert await brought(world) == (world.old, "release", False)


async def test_the_newest_deploy_is_one_to_go_back_from(world):
    world.sentry.has(first_release=SHA)
    await world.tell(sentry(**HERE))
    assert await brought(world) == (world.new, "release", True)


async def test_what_began_right_after_a_deploy_is_a_suspicion(world):
    await world.tell(told(**HERE))
    assert await brought(world, DISK) == (world.new, "first_seen", True)


async def test_what_came_back_right_after_a_deploy_is_one_too(world):
    await world.tell(told(at=-5000, **HERE), told(Happening.RESOLVED, -4000, **HERE))
    assert await brought(world, DISK) is None
    await world.tell(told(at=-60, **HERE))
    assert await brought(world, DISK) == (world.new, "time", True)


async def test_what_came_back_in_a_release_is_put_down_to_that(world):
    world.sentry.has(first_release="long ago", status="resolved")
    await world.tell(sentry(**HERE))
    assert await brought(world) is None
    world.sentry.has(status="unresolved", substatus="regressed", last_release=SHA)
    await world.tell(sentry(Happening.REOPENED, 5, release=SHA))
    assert await brought(world) == (world.new, "release", True)


async def test_what_is_of_no_service_elsewhere_or_long_after_is_put_down_to_nobody(world):
    await world.tell(
        told(fingerprint="generic:1", environment="staging"),
        told(fingerprint="generic:2", service="api", environment="production"),
        told(fingerprint="generic:3", at=-3600, **HERE),
    )
    assert [await brought(world, f"generic:{number}") for number in (1, 2, 3)] == [None] * 3
    assert await world.explain.unexplained() == ()


async def test_an_issue_waits_a_minute_for_what_sentry_knows_and_no_longer(world):
    world.sentry.before["issue"] = [broken()] * 50
    await world.tell(sentry(**HERE))
    await world.work()
    assert len(await world.explain.unexplained()) == 1
    await world.clock.sleep(60)
    assert await brought(world) == (world.new, "first_seen", True)


@pytest.mark.parametrize(
    ("commits", "said"),
    [
        ((), "abc1234 Fix pets by Ann"),
        ((SuspectCommit(sha="c" * 40, title="Break", author="Ben"),), "ccccccc Break by Ben"),
        (
            (SuspectCommit(sha="c" * 40, title="Break", author=""),) * 3,
            "ccccccc Break, the newest of 3 commits",
        ),
    ],
)
async def test_the_suspect_is_sentrys_newest_commit_of_the_release_else_the_one_we_shipped(
    world, commits, said
):
    sha = "abc1234" + "0" * 33
    run = await shipped(world, "t3", began=-60, sha=sha)
    await world.runs.set(run, commit_title="Fix pets", commit_author="Ann")
    world.sentry.releases = {sha: commits}
    world.sentry.has(first_release=sha)
    await world.tell(sentry(**HERE))
    assert await brought(world) == (run, "release", True)
    assert (await world.named()).suspect == said


async def test_while_sentry_does_not_say_the_commit_we_shipped_is_named(world):
    world.sentry.before["commits"] = [broken()]
    world.sentry.has(first_release=SHA)
    await world.tell(sentry(**HERE))
    assert await brought(world) == (world.new, "release", True)
    assert (await world.named()).suspect.startswith(SHA[:7])


async def test_a_verdict_is_given_once_each_time_it_opens(world):
    await world.tell(told(**HERE))
    assert await brought(world, DISK) == (world.new, "first_seen", True)
    newest = await shipped(world, "t3", began=1, sha="d" * 40)
    await world.tell(told(at=5, **HERE))
    assert await brought(world, DISK) == (world.new, "first_seen", False)
    await world.tell(told(Happening.RESOLVED, 10, **HERE), told(at=20, **HERE))
    assert await brought(world, DISK) == (newest, "time", True)
    assert later(20) == (await world.named(DISK)).opened_at
