"""Where a workflow migrates, it is started once, before the code, and what it did is never guessed."""

import pytest
import pytest_asyncio

from bot.engine.reasons import Reason
from bot.engine.states import RunState
from tests.faults.kill_switch import KillableSandbox
from tests.flows.gated import gated, only
from tests.flows.test_migrations_gate import ADDS

pytestmark = pytest.mark.asyncio(loop_scope="module")

DISPATCH = "POST /github/repos/pawlogic/backend/actions/workflows/migrate.yml/dispatches"


def by_workflow(production):
    production["migrate"] = "workflow"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory):
    state = tmp_path_factory.mktemp("workflow")
    async with gated(state, only("approval", more=by_workflow), make=KillableSandbox) as made:
        yield made


@pytest.fixture
def desk(shared):
    shared.box.faults.reset()
    shared.box.faults.set("railway.speed", "fast")
    shared.box.railway.arrive("api", "production", shared.box.github.head())
    return shared


def migrating(desk, number: int) -> str:
    return desk.commit(f"Migrate {number}", files={f"alembic/versions/{number:04}_x.py": ADDS})


def dispatched(desk, sha: str) -> list:
    return [run for run in desk.box.github.runs if run.migrates and run.inputs["sha"] == sha]


async def test_the_workflow_runs_once_and_before_the_code(desk):
    sha = migrating(desk, 1)
    card = await desk.asked("production main")
    await desk.approved(card)
    await desk.shows(card, ":large_green_circle: *Deployed", sha[:7], "*Migrations*", "migrated")
    (run,) = dispatched(desk, sha)
    shipped = [one for one in desk.box.railway.deployments if one.sha == sha and one.asked]
    assert len(shipped) == 1
    assert run.updated_at <= shipped[0].created_at


async def test_without_migrations_among_the_changes_it_is_not_started(desk):
    sha = desk.commit("Only words")
    card = await desk.asked("production main")
    await desk.approved(card)
    await desk.shows(card, ":large_green_circle: *Deployed", sha[:7], "none among the changes")
    assert dispatched(desk, sha) == []


async def test_a_failed_migration_stops_the_run_before_anything_ships_and_cannot_be_retried(desk):
    old = desk.box.railway.live("api", "production")
    desk.box.faults.set("github.migration", "fails")
    sha = migrating(desk, 2)
    card = await desk.asked("production main")
    await desk.approved(card)
    text = await desk.shows(card, ":red_circle:", "The migration failed")
    assert desk.state_of(card) == (RunState.FAILED, Reason.MIGRATION_FAILED)
    assert "run_retry" not in desk.buttons(card)
    assert "No code was shipped; production runs what it ran." in text
    assert len(dispatched(desk, sha)) == 1
    assert desk.shipped(sha) == 0
    assert desk.box.railway.live("api", "production") == old


@pytest.mark.parametrize(("when", "runs"), [("after", 1), ("before", 0)])
async def test_killed_around_the_dispatch_it_is_looked_for_and_never_dispatched_again(desk, when, runs):
    sha = migrating(desk, 10 + runs)
    card = await desk.asked("production main")
    desk.box.switch.arm(DISPATCH, when=when)
    await desk.approved(card)
    await desk.ws.until(lambda: desk.box.switch.fired and not desk.box.bot_running, 30)
    await desk.box.start_bot()

    if runs:
        await desk.shows(card, ":large_green_circle: *Deployed", sha[:7])
    else:
        await desk.shows(card, ":red_circle:", "never started twice")
        assert desk.state_of(card) == (RunState.FAILED, Reason.MIGRATION_UNKNOWN)
    assert len(dispatched(desk, sha)) == runs
    assert desk.shipped(sha) == runs
