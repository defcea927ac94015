"""GitHub in trouble: what passes is ridden out, what stays ends the run before anything shipped.

Railway's troubles are in ``test_railway_faults.py``.
"""

import pytest
import pytest_asyncio

from bot.engine.reasons import Reason
from tests.flows.ending import ended_badly, retry_succeeds, scripted
from tests.flows.script import CHECK_RUNS, RECORDS, answering, turning

pytestmark = pytest.mark.asyncio(loop_scope="module")

KNOB = "github.answers"
RESOLVE = "GET /github/repos/pawlogic/backend/commits/main"
CREATE = "POST /github/repos/pawlogic/backend/deployments"
PASSING = ("503", "429", "timeout", "malformed")
STATUSES = "GET /github/repos/pawlogic/backend/commits/SHA/status"
UNCHANGED = "Nothing was shipped; staging is unchanged"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory):
    async with scripted(tmp_path_factory.mktemp("github"), vendor_patience=2.0) as made:
        yield made


async def _strikes(desk, at, fault):
    """Deploy a fresh commit; GitHub's trouble begins when it is asked ``at``."""
    sha = desk.commit()
    desk.box.script.at(at, turning(desk.box, KNOB, fault))
    return sha, await desk.deploy()


def _records(desk, sha):
    return [record for record in desk.box.github.deployments if record.commit.sha == sha]


@pytest.mark.parametrize("fault", PASSING)
async def test_trouble_while_resolving_that_passes_is_ridden_out(desk, fault):
    sha, card = await _strikes(desk, RESOLVE, fault)

    await desk.shows(card, "GitHub is not answering", "asking again")
    desk.box.faults.set(KNOB, "normal")

    text = await desk.shows(card, "Deployed", sha[:7])
    assert "asking again" not in text


@pytest.mark.parametrize("fault", ["reset", "graphql_error"])
async def test_trouble_while_reading_checks_that_passes_is_ridden_out(desk, fault):
    sha, card = await _strikes(desk, CHECK_RUNS, fault)

    await desk.shows(card, "GitHub is not answering", "asking again")
    desk.box.faults.set(KNOB, "normal")

    await desk.shows(card, "Deployed", sha[:7])


@pytest.mark.parametrize("fault", ["503", "reset", "malformed"])
async def test_trouble_while_recording_that_passes_leaves_one_record(desk, fault):
    sha, card = await _strikes(desk, CREATE, fault)

    await desk.shows(card, "GitHub is not answering", "asking again")
    desk.box.faults.set(KNOB, "normal")

    await desk.shows(card, "Deployed", sha[:7])
    assert len(_records(desk, sha)) == 1


@pytest.mark.parametrize(
    ("at", "fault"),
    [(RESOLVE, "401"), (RESOLVE, "403"), (CHECK_RUNS, "404"), (STATUSES, "403"), (RECORDS, "401")],
)
async def test_a_refusal_ends_the_run_at_once_and_retry_ships_once(desk, at, fault):
    sha, card = await _strikes(desk, at, fault)

    text = await ended_badly(desk, card, Reason.VENDOR_REJECTED, UNCHANGED, fault, "pawdeploy check")
    assert "GitHub failed while" in text
    assert desk.shipped(sha) == 0
    desk.box.faults.set(KNOB, "normal")

    await retry_succeeds(desk, card, sha)
    assert len(_records(desk, sha)) == 1


@pytest.mark.parametrize("at", [RESOLVE, CHECK_RUNS, CREATE])
async def test_trouble_that_outlasts_patience_ends_the_run_and_retry_ships_once(desk, at):
    sha, card = await _strikes(desk, at, "reset")

    await ended_badly(desk, card, Reason.VENDOR_UNAVAILABLE, UNCHANGED, "Retry when it is back")
    assert desk.shipped(sha) == 0
    desk.box.faults.set(KNOB, "normal")

    await retry_succeeds(desk, card, sha)
    assert len(_records(desk, sha)) == 1


async def test_a_token_without_permission_is_told_which_one_is_needed(desk):
    _, card = await _strikes(desk, RESOLVE, "403")

    await ended_badly(desk, card, Reason.VENDOR_REJECTED, "the token needs contents=read")


async def test_an_internal_error_of_githubs_is_ridden_out(desk):
    sha = desk.commit()
    desk.box.script.at(RESOLVE, answering(500, {"message": "Server Error"}))

    await desk.shows(await desk.deploy(), "Deployed", sha[:7])


async def test_github_away_at_the_end_changes_no_outcome(desk):
    sha, card = await _strikes(desk, "GET /backend/api/staging/health", "503")

    await desk.shows(card, "Deployed", sha[:7])
