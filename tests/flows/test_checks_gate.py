"""CI decides whether a commit ships: red, unfinished and silent are all no, and nothing ships by then."""

import pytest
import pytest_asyncio

from bot.engine.reasons import Reason
from tests.flows.ending import ended_badly, retry_succeeds, scripted

pytestmark = pytest.mark.asyncio(loop_scope="module")

UNCHANGED = "Nothing was shipped; staging is unchanged"
CHECKS_WAIT = 8.0
"""Seconds; on a busy machine a whole deploy has to fit in, which a test wants to overtake what waits."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory):
    async with scripted(tmp_path_factory.mktemp("checks"), checks_wait=CHECKS_WAIT) as made:
        yield made


async def _refused(desk, mood, reason, *words):
    """Deploy a commit whose checks stand at ``mood``; it is refused, and once green, Retry ships it."""
    sha = desk.commit(checks=mood)
    card = await desk.deploy()

    text = await ended_badly(desk, card, reason, UNCHANGED, sha[:7], *words, refused=True)
    assert desk.shipped(sha) == 0
    assert not [record for record in desk.box.github.deployments if record.commit.sha == sha]
    desk.box.github.set_checks(sha, "green")

    await retry_succeeds(desk, card, sha)
    return text


async def test_a_red_check_refuses_and_is_named(desk):
    text = await _refused(desk, "red", Reason.CHECKS_RED, "checks are red")
    assert "test (failure)" in text


async def test_checks_that_finish_in_time_are_waited_for(desk):
    sha = desk.commit(checks="pending")
    card = await desk.deploy()

    await desk.shows(card, "waiting for test")
    assert desk.shipped(sha) == 0
    desk.box.github.set_checks(sha, "green")

    await desk.shows(card, "Deployed", sha[:7], "2 green")


async def test_checks_that_turn_red_while_waited_for_refuse(desk):
    sha = desk.commit(checks="pending")
    card = await desk.deploy()
    await desk.shows(card, "waiting for test")

    desk.box.github.set_checks(sha, "red")

    await ended_badly(desk, card, Reason.CHECKS_RED, UNCHANGED, refused=True)
    assert desk.shipped(sha) == 0


async def test_checks_that_never_finish_refuse_when_the_wait_is_over(desk):
    text = await _refused(desk, "pending", Reason.CHECKS_PENDING, "did not finish in time")
    assert "did not finish in time: test" in text


async def test_a_commit_without_any_check_is_refused(desk):
    text = await _refused(desk, "none", Reason.NO_CHECKS, "no check has run")
    assert "nothing says that it works" in text


async def test_a_workflow_that_could_not_start_refuses_though_required_checks_are_green(desk):
    await _refused(desk, "startup_failure", Reason.CHECKS_RED, "startup_failure")


async def test_a_token_that_may_not_read_checks_reads_workflow_runs_and_says_so(desk):
    sha = desk.commit(checks="forbidden")
    card = await desk.deploy()

    await desk.shows(card, "Deployed", sha[:7], "(read from workflow runs)")
    assert desk.shipped(sha) == 1


async def test_a_run_whose_checks_took_longer_than_a_newer_run_does_not_ship_over_it(desk):
    old = desk.commit(checks="pending")
    slow = await desk.deploy()
    await desk.shows(slow, "waiting for test")
    new = desk.commit()
    await desk.shows(await desk.deploy(), "Deployed", new[:7])

    desk.box.github.set_checks(old, "green")

    text = await desk.shows(slow, "a newer run has shipped", new[:7])
    assert f"/pawdeploy staging {old[:12]}" in text
    assert desk.shipped(old) == 0
    assert "run_retry" not in desk.buttons(slow)
