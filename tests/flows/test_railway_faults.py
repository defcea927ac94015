"""Railway in trouble: what passes is ridden out, what stays ends the run, and Retry never ships twice."""

import pytest
import pytest_asyncio

from bot.engine.reasons import Reason
from tests.flows.ending import ended_badly, retry_succeeds, scripted
from tests.flows.script import FIRST_LOOK, PLATFORM, START, answering, turning

pytestmark = pytest.mark.asyncio(loop_scope="module")

KNOB = "railway.answers"
LIVE = "POST railway deployments"
PASSING = ("503", "429", "timeout", "reset", "malformed", "graphql_error")
UNCHANGED = "Nothing was shipped; staging is unchanged"
UNKNOWN = "No deployment is known to have started. Retry looks for one"
UNWATCHED = "Health and smoke tests were not run"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory):
    async with scripted(tmp_path_factory.mktemp("railway"), vendor_patience=2.0) as made:
        yield made


async def _strikes(desk, at, fault):
    """Deploy a fresh commit; Railway's trouble begins when it is asked ``at``."""
    sha = desk.commit()
    desk.box.script.at(at, turning(desk.box, KNOB, fault))
    return sha, await desk.deploy()


@pytest.mark.parametrize("fault", PASSING)
async def test_trouble_while_starting_that_passes_makes_one_deployment(desk, fault):
    sha, card = await _strikes(desk, START, fault)

    await desk.shows(card, "looking for the deployment")
    desk.box.faults.set(KNOB, "normal")

    await desk.shows(card, "Deployed", sha[:7])
    assert desk.shipped(sha) == 1


@pytest.mark.parametrize("fault", ["429", "graphql_error"])
async def test_trouble_while_following_that_passes_is_ridden_out(desk, fault):
    sha, card = await _strikes(desk, FIRST_LOOK, fault)

    await desk.shows(card, "Railway is not answering", "asking again")
    desk.box.faults.set(KNOB, "normal")

    text = await desk.shows(card, "Deployed", sha[:7])
    assert "asking again" not in text
    assert desk.shipped(sha) == 1


@pytest.mark.parametrize("at", [LIVE, PLATFORM])
async def test_trouble_before_shipping_that_passes_is_ridden_out(desk, at):
    sha, card = await _strikes(desk, at, "503")

    await desk.shows(card, "Railway is not answering (HTTP 503); asking again")
    desk.box.faults.set(KNOB, "normal")

    await desk.shows(card, "Deployed", sha[:7])
    assert desk.shipped(sha) == 1


@pytest.mark.parametrize(
    ("at", "fault", "not_done"),
    [
        (LIVE, "401", UNCHANGED),
        (START, "401", UNKNOWN),
        (START, "403", UNKNOWN),
        (START, "404", UNKNOWN),
        (FIRST_LOOK, "403", UNWATCHED),
    ],
)
async def test_a_refusal_ends_the_run_at_once_and_retry_ships_once(desk, at, fault, not_done):
    sha, card = await _strikes(desk, at, fault)

    text = await ended_badly(desk, card, Reason.VENDOR_REJECTED, not_done, fault, "pawdeploy check")
    assert "Railway failed while" in text
    assert desk.shipped(sha) == (at == FIRST_LOOK)
    desk.box.faults.set(KNOB, "normal")

    await retry_succeeds(desk, card, sha)


@pytest.mark.parametrize(
    ("at", "fault", "not_done"),
    [
        (LIVE, "503", UNCHANGED),
        (START, "503", UNKNOWN),
        (START, "reset", UNKNOWN),
        (FIRST_LOOK, "malformed", UNWATCHED),
    ],
)
async def test_trouble_that_outlasts_patience_ends_the_run_and_retry_ships_once(desk, at, fault, not_done):
    sha, card = await _strikes(desk, at, fault)

    await ended_badly(desk, card, Reason.VENDOR_UNAVAILABLE, not_done, "Retry when it is back")
    desk.box.faults.set(KNOB, "normal")

    await retry_succeeds(desk, card, sha)


async def test_an_internal_error_of_railways_is_ridden_out(desk):
    sha = desk.commit()
    desk.box.script.at(START, answering(500, {"message": "Internal Server Error"}))

    card = await desk.deploy()

    await desk.shows(card, "Deployed", sha[:7])
    assert desk.shipped(sha) == 1


async def test_a_slow_railway_changes_nothing(desk):
    sha = desk.commit()
    desk.box.faults.set(KNOB, "slow")

    await desk.shows(await desk.deploy(), "Deployed", sha[:7])
    assert desk.shipped(sha) == 1
