"""SIGKILL anywhere: the run goes on, with one deployment at the vendor, one card, and a whole audit chain.

The way to a place nobody guards; to production and back it is ``test_sigkill_production.py``.
"""

import pytest
import pytest_asyncio

from bot.db.audit_store import AuditStore, Intact
from bot.db.session import open_database
from bot.engine.states import DEPLOY_STEPS, StepName
from tests.faults.kill_switch import KillableSandbox
from tests.flows.driver import flow

pytestmark = pytest.mark.asyncio(loop_scope="module")

MOMENTS = (
    # Slack
    "POST chat.postMessage",
    "POST chat.update",
    # resolve and checks
    "GET /github/repos/pawlogic/backend/commits/main",
    "GET /github/repos/pawlogic/backend/commits/SHA/check-runs",
    # record
    "GET /github/repos/pawlogic/backend/deployments",
    "POST /github/repos/pawlogic/backend/deployments",
    "POST /github/repos/pawlogic/backend/deployments/N/statuses",
    # ship
    "POST railway platformStatus",
    "POST railway deployments",
    "POST railway serviceInstanceDeployV2",
    # follow, health, smoke
    "POST railway deployment",
    "GET /backend/api/staging/health",
    "GET /backend/api/staging/version",
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(tmp_path_factory):
    async with flow(tmp_path_factory.mktemp("kill"), make=KillableSandbox) as made:
        yield made


async def _alive(desk):
    if not desk.box.bot_running:
        await desk.box.start_bot()
        await desk.box.wait_ready()


async def _ends_whole(desk, sha, cards):
    """The one assertion of this file: what must hold however the bot died."""
    card = (await desk.ws.until(lambda: desk.cards()[cards:], 30))[0]
    await desk.shows(card, "Deployed", sha[:7])
    assert desk.shipped(sha) == 1
    assert len(desk.cards()) == cards + 1
    assert desk.rows("SELECT count(*) FROM runs WHERE sha = ?", sha) == [(1,)]
    records = [record for record in desk.box.github.deployments if record.commit.sha == sha]
    assert len(records) == 1
    # The run's last word; until it is said, the next test's kill could meet this run instead of its own.
    await desk.polled(lambda: [status.state for status in records[0].statuses][-1:] == ["success"])
    database = await open_database(f"sqlite:///{desk.state / 'pawdeploy.sqlite3'}")
    try:
        verdict = await AuditStore(database).verify()
    finally:
        await database.close()
    assert isinstance(verdict, Intact), verdict
    moves = desk.rows(
        "SELECT action FROM audit WHERE run_id = (SELECT id FROM runs WHERE sha = ?) ORDER BY seq", sha
    )
    assert [action for (action,) in moves] == [
        "run.requested",
        "run.waiting",
        "run.running",
        "run.succeeded",
    ]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_kill_inside_a_request_loses_nothing_and_doubles_nothing(desk, moment, when):
    await _alive(desk)
    sha, cards = desk.commit(), len(desk.cards())
    desk.box.switch.arm(moment, when=when)

    said = await desk.ws.say("U0ANNREQ001", "C0GENERAL01", "/pawdeploy staging")
    assert said.ok, said
    await desk.polled(lambda: desk.box.switch.fired)
    await desk.box.kill_bot()  # it is dying already: wait until it is gone
    await desk.box.start_bot()

    await _ends_whole(desk, sha, cards)


@pytest.mark.parametrize("step", [step for step in StepName if step in DEPLOY_STEPS])
async def test_a_kill_while_a_step_runs_or_just_after_loses_nothing(desk, step):
    await _alive(desk)
    sha, cards = desk.commit(), len(desk.cards())
    said = await desk.ws.say("U0ANNREQ001", "C0GENERAL01", "/pawdeploy staging")
    assert said.ok, said

    def begun():
        return desk.rows(
            "SELECT 1 FROM run_steps WHERE name = ? AND state != 'todo'"
            " AND run_id = (SELECT max(id) FROM runs)",
            step.value,
        )

    await desk.polled(begun)
    await desk.box.kill_bot()
    await desk.box.start_bot()

    await _ends_whole(desk, sha, cards)
