"""How a deployment may end at Railway, or not end: named precisely, with its last words, and a way on."""

import pytest
import pytest_asyncio

from bot.engine.reasons import Reason
from tests.flows.ending import CANCEL, cancelled, ended_badly, retry_succeeds, scripted

pytestmark = pytest.mark.asyncio(loop_scope="module")

KNOB = "railway.deployment"
UNWATCHED = "Health and smoke tests were not run"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory):
    async with scripted(tmp_path_factory.mktemp("endings"), deployment_timeout=1.5) as made:
        yield made


async def _deploy(desk, fate):
    desk.box.faults.set(KNOB, fate)
    sha = desk.commit()
    return sha, await desk.deploy()


@pytest.mark.parametrize(
    ("fate", "reason", "said"),
    [
        ("fails", Reason.DEPLOYMENT_FAILED, "The deployment failed (FAILED)"),
        ("crashes", Reason.DEPLOYMENT_CRASHED, "The deployment crashed (CRASHED)"),
        ("skipped", Reason.DEPLOYMENT_SKIPPED, "The deployment was skipped (SKIPPED)"),
        ("removed", Reason.DEPLOYMENT_REMOVED, "The deployment was removed (REMOVED)"),
    ],
)
async def test_a_deployment_that_ended_badly_is_named_so_and_retry_ships_a_new_one(desk, fate, reason, said):
    before = desk.box.railway.live("api", "staging")
    sha, card = await _deploy(desk, fate)

    text = await ended_badly(desk, card, reason, said, UNWATCHED, "Retry ships it once more")
    assert f"staging still runs {before[:7]}" in text
    desk.box.faults.set(KNOB, "succeeds")

    await retry_succeeds(desk, card, sha, deployments=2)


@pytest.mark.parametrize(
    ("fate", "part", "line"),
    [
        (
            "fails",
            "BUILD_IMAGE: exit code 1: pip install",
            "No matching distribution found for pawlogic-vaccines",
        ),
        ("pre-deploy fails", "PRE_DEPLOY_COMMAND: exit code 1: alembic upgrade head", "already exists"),
        ("crashes", "CRASHED", "JWT_SECRET is not set"),
    ],
)
async def test_the_failing_part_is_on_the_card_and_the_last_log_lines_in_its_thread(desk, fate, part, line):
    sha, card = await _deploy(desk, fate)

    await desk.shows(card, ":red_circle:", part)
    assert ("run_retry" in desk.buttons(card)) is (fate != "pre-deploy fails")
    await desk.ws.until(lambda: line in desk.thread(card), 10)
    assert sha[:7] in desk.thread(card)
    assert "JWT_SECRET" not in card.everything


async def test_a_deployment_railway_wants_approved_says_so_and_retry_follows_it_once_approved(desk):
    sha, card = await _deploy(desk, "needs_approval")

    await ended_badly(desk, card, Reason.DEPLOYMENT_NEEDS_APPROVAL, "Approve it", UNWATCHED)
    (waiting,) = [one for one in desk.box.railway.deployments if one.sha == sha]
    desk.box.faults.set(KNOB, "succeeds")
    assert desk.box.railway._world.approve(waiting)

    await retry_succeeds(desk, card, sha)


async def test_a_deployment_that_never_ends_times_out_with_its_page_linked_and_retry_goes_on_watching(desk):
    sha, card = await _deploy(desk, "never ends")

    text = await ended_badly(desk, card, Reason.DEPLOYMENT_TIMED_OUT, "still BUILDING", UNWATCHED)
    assert "Retry goes on" in text
    (stuck,) = [one for one in desk.box.railway.deployments if one.sha == sha]
    assert any(stuck.id in element.get("url", "") for element in card.actions)
    desk.box.faults.set(KNOB, "succeeds")

    await retry_succeeds(desk, card, sha)


async def test_a_deployment_that_never_ends_is_stopped_when_its_failed_run_is_cancelled(desk):
    sha, card = await _deploy(desk, "never ends")
    await ended_badly(desk, card, Reason.DEPLOYMENT_TIMED_OUT)

    await desk.press(card, CANCEL)

    await cancelled(desk, card, "The deployment was stopped")
    (stuck,) = [one for one in desk.box.railway.deployments if one.sha == sha]
    assert stuck.status == "REMOVED"


async def test_an_incident_at_railway_stops_the_run_before_it_ships(desk):
    desk.box.faults.set("railway.platform", "incident")
    sha = desk.commit()
    card = await desk.deploy()

    text = await ended_badly(desk, card, Reason.PLATFORM_UNSTABLE, "incident")
    assert "No deployment" in text
    assert desk.shipped(sha) == 0
    desk.box.faults.set("railway.platform", "stable")

    await retry_succeeds(desk, card, sha)


async def test_github_is_told_of_a_failed_deployment(desk):
    sha, card = await _deploy(desk, "fails")
    await ended_badly(desk, card, Reason.DEPLOYMENT_FAILED)
    (record,) = [one for one in desk.box.github.deployments if one.commit.sha == sha]

    await desk.polled(lambda: [status.state for status in record.statuses][-1:] == ["failure"], 10)


async def test_a_failed_run_that_was_overtaken_is_not_retried(desk):
    _, card = await _deploy(desk, "fails")
    await ended_badly(desk, card, Reason.DEPLOYMENT_FAILED)
    desk.box.faults.set(KNOB, "succeeds")
    newer = desk.commit()
    await desk.shows(await desk.deploy(), "Deployed", newer[:7])
    told = len(desk.ws.ephemerals("U0ANNREQ001"))

    await desk.press(card, "run_retry")

    said = await desk.ws.until(lambda: desk.ws.ephemerals("U0ANNREQ001")[told:], 10)
    assert "is not the newest here" in said[0].everything
    assert desk.box.railway.live("api", "staging") == newer
