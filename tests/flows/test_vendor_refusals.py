"""A vendor that refuses or stays in trouble: the run ends, says what was not done, and Retry ships once.

Trouble that passes is in ``test_vendor_faults.py``.
"""

import pytest
import pytest_asyncio

from bot.engine.reasons import Reason
from tests.flows.ending import ended_badly, retry_succeeds, scripted
from tests.flows.script import CHECK_RUNS, FIRST_LOOK, RECORDS, START, turning

pytestmark = pytest.mark.asyncio(loop_scope="module")

RAILWAY, GITHUB = "railway.answers", "github.answers"
LIVE = "POST railway deployments"
RESOLVE = "GET /github/repos/pawlogic/backend/commits/main"
STATUSES = "GET /github/repos/pawlogic/backend/commits/SHA/status"
CREATE = "POST /github/repos/pawlogic/backend/deployments"
UNCHANGED = "Nothing was shipped; staging is unchanged"
UNKNOWN = "No deployment is known to have started. Retry looks for one"
UNWATCHED = "Health and smoke tests were not run"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory):
    async with scripted(tmp_path_factory.mktemp("lasting"), vendor_patience=0.5) as made:
        yield made


async def _strikes(desk, at, knob, fault):
    """Deploy a fresh commit; the vendor's trouble begins when it is asked ``at``."""
    sha = desk.commit()
    desk.box.script.at(at, turning(desk.box, knob, fault))
    return sha, await desk.deploy()


async def _retried(desk, card, sha):
    desk.box.faults.set(RAILWAY, "normal")
    desk.box.faults.set(GITHUB, "normal")
    await retry_succeeds(desk, card, sha, deployments=1)
    assert sum(record.commit.sha == sha for record in desk.box.github.deployments) == 1


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
async def test_a_refusal_of_railways_ends_the_run_at_once_and_retry_ships_once(desk, at, fault, not_done):
    sha, card = await _strikes(desk, at, RAILWAY, fault)

    text = await ended_badly(desk, card, Reason.VENDOR_REJECTED, not_done, fault, "pawdeploy check")
    assert "Railway failed while" in text
    assert desk.shipped(sha) == (at == FIRST_LOOK)

    await _retried(desk, card, sha)


@pytest.mark.parametrize(
    ("at", "fault"),
    [(RESOLVE, "401"), (RESOLVE, "403"), (CHECK_RUNS, "404"), (STATUSES, "403"), (RECORDS, "401")],
)
async def test_a_refusal_of_githubs_ends_the_run_at_once_and_retry_ships_once(desk, at, fault):
    sha, card = await _strikes(desk, at, GITHUB, fault)

    text = await ended_badly(desk, card, Reason.VENDOR_REJECTED, UNCHANGED, fault, "pawdeploy check")
    assert "GitHub failed while" in text
    if fault == "403":
        assert "the token needs contents=read" in text
    assert desk.shipped(sha) == 0

    await _retried(desk, card, sha)


@pytest.mark.parametrize(
    ("at", "fault", "not_done"),
    [
        (LIVE, "503", UNCHANGED),
        (START, "503", UNKNOWN),
        (START, "reset", UNKNOWN),
        (FIRST_LOOK, "malformed", UNWATCHED),
    ],
)
async def test_railway_away_for_longer_than_patience_ends_the_run_and_retry_ships_once(
    desk, at, fault, not_done
):
    sha, card = await _strikes(desk, at, RAILWAY, fault)

    await ended_badly(desk, card, Reason.VENDOR_UNAVAILABLE, not_done, "Retry when it is back")

    await _retried(desk, card, sha)


@pytest.mark.parametrize("at", [RESOLVE, CHECK_RUNS, CREATE])
async def test_github_away_for_longer_than_patience_ends_the_run_and_retry_ships_once(desk, at):
    sha, card = await _strikes(desk, at, GITHUB, "reset")

    await ended_badly(desk, card, Reason.VENDOR_UNAVAILABLE, UNCHANGED, "Retry when it is back")
    assert desk.shipped(sha) == 0

    await _retried(desk, card, sha)
