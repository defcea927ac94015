"""A vendor in trouble that passes: the run says so, rides it out, and ships and records exactly once.

Trouble that stays is in ``test_vendor_refusals.py``.
"""

import pytest
import pytest_asyncio

from tests.flows.ending import scripted
from tests.flows.script import CHECK_RUNS, FIRST_LOOK, PLATFORM, SMOKE, START, answering, turning

pytestmark = pytest.mark.asyncio(loop_scope="module")

RAILWAY, GITHUB = "railway.answers", "github.answers"
RESOLVE = "GET /github/repos/pawlogic/backend/commits/main"
CREATE = "POST /github/repos/pawlogic/backend/deployments"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory):
    async with scripted(tmp_path_factory.mktemp("passing"), vendor_patience=25.0) as made:
        yield made


async def _strikes(desk, at, knob, fault):
    """Deploy a fresh commit; the vendor's trouble begins when it is asked ``at``."""
    sha = desk.commit()
    desk.box.script.at(at, turning(desk.box, knob, fault))
    return sha, await desk.deploy()


async def _ridden_out(desk, sha, card):
    text = await desk.shows(card, "Deployed", sha[:7])
    assert "asking again" not in text
    assert desk.shipped(sha) == 1
    assert sum(record.commit.sha == sha for record in desk.box.github.deployments) == 1


@pytest.mark.parametrize("fault", ["503", "429", "timeout", "reset", "malformed", "graphql_error"])
async def test_railway_in_trouble_while_starting_makes_one_deployment(desk, fault):
    sha, card = await _strikes(desk, START, RAILWAY, fault)

    await desk.shows(card, "looking for the deployment")
    desk.box.faults.set(RAILWAY, "normal")

    await _ridden_out(desk, sha, card)


@pytest.mark.parametrize(("at", "fault"), [(PLATFORM, "503"), (FIRST_LOOK, "graphql_error")])
async def test_railway_in_trouble_before_or_after_starting_is_asked_again(desk, at, fault):
    sha, card = await _strikes(desk, at, RAILWAY, fault)

    await desk.shows(card, "Railway is not answering", "asking again")
    desk.box.faults.set(RAILWAY, "normal")

    await _ridden_out(desk, sha, card)


@pytest.mark.parametrize(
    ("at", "fault"),
    [(RESOLVE, "503"), (RESOLVE, "429"), (RESOLVE, "timeout"), (CHECK_RUNS, "graphql_error")],
)
async def test_github_in_trouble_while_resolving_or_reading_checks_is_asked_again(desk, at, fault):
    sha, card = await _strikes(desk, at, GITHUB, fault)

    await desk.shows(card, "GitHub is not answering", "asking again")
    desk.box.faults.set(GITHUB, "normal")

    await _ridden_out(desk, sha, card)


@pytest.mark.parametrize("fault", ["reset", "malformed"])
async def test_github_in_trouble_while_recording_keeps_one_record(desk, fault):
    sha, card = await _strikes(desk, CREATE, GITHUB, fault)

    await desk.shows(card, "GitHub is not answering", "asking again")
    desk.box.faults.set(GITHUB, "normal")

    await _ridden_out(desk, sha, card)


@pytest.mark.parametrize("at", [RESOLVE, START])
async def test_an_internal_error_of_a_vendors_is_ridden_out(desk, at):
    sha = desk.commit()
    desk.box.script.at(at, answering(500, {"message": "Internal Server Error"}))

    await _ridden_out(desk, sha, await desk.deploy())


async def test_slow_vendors_change_nothing(desk):
    sha = desk.commit()
    desk.box.faults.set(RAILWAY, "slow")

    await _ridden_out(desk, sha, await desk.deploy())


async def test_github_away_at_the_end_changes_no_outcome(desk):
    sha, card = await _strikes(desk, SMOKE, GITHUB, "503")  # health is asked by the monitor too, at any time

    await _ridden_out(desk, sha, card)
