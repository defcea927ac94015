"""A deployment is done only when the new commit answers well; else Retry goes on from the failed step."""

import pytest
import pytest_asyncio

from bot.engine.reasons import Reason
from tests.flows.ending import CANCEL, cancelled, ended_badly, retry_succeeds, scripted
from tests.flows.script import SMOKE, answering

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory):
    async with scripted(tmp_path_factory.mktemp("verification"), health_timeout=1.0) as made:
        yield made


async def test_bad_health_fails_the_run_and_retry_asks_for_health_again_without_shipping(desk):
    desk.box.faults.set("backend.health", "bad")
    sha = desk.commit()
    card = await desk.deploy()

    text = await ended_badly(desk, card, Reason.HEALTH_BAD, "Smoke tests were not run", "503")
    assert "/backend/api/staging/health was not healthy" in text
    assert f"staging now runs {sha[:7]}" in text
    assert "Retry goes on from health" in text
    desk.box.faults.set("backend.health", "good")

    text = await retry_succeeds(desk, card, sha, deployments=1)
    assert f"Before: `{sha[:7]}`" not in text


async def test_health_answering_from_the_old_commit_is_never_taken_for_success(desk):
    old = desk.box.railway.live("api", "staging")
    desk.box.faults.set("backend.health", "old commit")
    sha = desk.commit()
    card = await desk.deploy()

    text = await ended_badly(desk, card, Reason.HEALTH_OLD_COMMIT, "Smoke tests were not run")
    assert f"still answers from the old commit {old[:7]}" in text
    desk.box.faults.set("backend.health", "good")

    await retry_succeeds(desk, card, sha, deployments=1)


async def test_health_bad_at_first_is_waited_for(desk):
    desk.box.faults.set("backend.health", "bad")
    sha = desk.commit()
    card = await desk.deploy()

    await desk.shows(card, "0 of 3 good answers; 503")
    desk.box.faults.set("backend.health", "good")

    await desk.shows(card, "Deployed", sha[:7], "3 good answers in a row")


async def test_health_that_names_no_commit_is_shown_as_such(desk):
    desk.box.faults.set("backend.health", "no commit")
    sha = desk.commit()

    text = await desk.shows(await desk.deploy(), "Deployed", sha[:7])

    assert "it does not say which commit answers" in text


async def test_a_failing_smoke_test_is_named_and_retry_runs_them_again_without_shipping(desk):
    desk.box.faults.set("backend.smoke", "failing")
    sha = desk.commit()
    card = await desk.deploy()

    text = await ended_badly(desk, card, Reason.SMOKE_FAILED, "The run is not counted as deployed")
    assert "version: answered 500, wanted 200" in text
    assert "pets list: answered 500, wanted 200" in text
    assert f"staging now runs {sha[:7]}" in text
    desk.box.faults.set("backend.smoke", "good")

    await retry_succeeds(desk, card, sha, deployments=1)


async def test_a_smoke_test_answered_without_the_wanted_text_fails(desk):
    sha = desk.commit()
    desk.box.script.at(SMOKE, answering(200, {"name": "something else"}))
    card = await desk.deploy()

    text = await ended_badly(desk, card, Reason.SMOKE_FAILED, "1 of 2 smoke tests failed")
    assert "without the text" in text

    await retry_succeeds(desk, card, sha, deployments=1)


async def test_cancelling_a_run_that_failed_its_smoke_tests_says_what_is_live(desk):
    desk.box.faults.set("backend.smoke", "failing")
    sha = desk.commit()
    card = await desk.deploy()
    await ended_badly(desk, card, Reason.SMOKE_FAILED)

    await desk.press(card, CANCEL)

    await cancelled(desk, card, "after smoke tests failed", f"staging runs {sha[:7]}")
    assert desk.box.railway.live("api", "staging") == sha
