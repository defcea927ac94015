"""A workflow started as a playbook starts it: asked for, agreed to, in line, dispatched once.

No command starts one, so the desk is called here, over the bot's own database; the bot finds the run as it
finds one whose request was stored just before a crash.
"""

import sqlite3
from contextlib import closing
from types import SimpleNamespace

import pytest
import pytest_asyncio

from bot.clock import Clock
from bot.db.runs_reader import RunsReader
from bot.db.runs_store import RunsStore
from bot.db.session import open_database
from bot.engine.reasons import Reason
from bot.engine.states import RunState
from bot.pipelines.desk import Desk
from bot.pipelines.requests import WorkflowRequest
from bot.toml_file import load
from tests.faults.kill_switch import KillableSandbox
from tests.flows.driver import ANN, BEN, DEPLOYS
from tests.flows.gated import gated, only

pytestmark = pytest.mark.asyncio(loop_scope="module")

DISPATCH = "POST /github/repos/pawlogic/mobile/actions/workflows/source-maps.yml/dispatches"
UPDATE, DOWNGRADE = "Upload the app's source maps again", "Take the last migration back"


class Elsewhere:
    """Stands where keeper and cards stand: the bot itself is another process and sees to both."""

    async def start(self, run_id: int) -> None: ...

    def changed(self) -> None: ...


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory):
    state = tmp_path_factory.mktemp("workflow-run")
    patient = {"deployment_timeout": 60.0}  # a slow deploy goes on for as long as others line up behind it
    async with gated(state, only("approval"), timings=patient, make=KillableSandbox) as made:
        database = await open_database(f"sqlite:///{state / 'pawdeploy.sqlite3'}")
        kit = SimpleNamespace(
            project=load(made.box.config),
            runs=RunsStore(database),
            reader=RunsReader(database),
            cards=Elsewhere(),
            clock=Clock(),
            shippers=dict.fromkeys((("api", "production"), ("mobile", "production"))),
        )
        made.starter = Desk(kit, Elsewhere())
        yield made
        await database.close()


@pytest.fixture
def desk(shared):
    shared.box.faults.reset()
    shared.box.faults.set("railway.speed", "fast")
    return shared


async def start(desk, workflow="source-maps", *, key=""):
    """Start a workflow; return its run and its card, once it asks people."""
    before = {message.ts for message in desk.ws.messages(DEPLOYS)}
    name = key or f"incident:{len(before)}:{workflow}"
    run = await desk.starter.run_workflow(
        WorkflowRequest(key=name, workflow=workflow, by=ANN, why="it crashes at start")
    )

    def new():
        there = [one for one in desk.ws.messages(DEPLOYS) if one.ts not in before]
        return [one for one in there if "Asked by" in one.everything]

    (card,) = await desk.ws.until(new, 30)
    await desk.shows(card, "waits for approval 0 of 1")
    return run, card


def dispatched(desk, run) -> list:
    return [one for one in desk.box.github.runs if one.inputs["pawdeploy_run"] == str(run.id)]


async def test_an_approved_update_is_dispatched_once_with_what_the_file_says(desk):
    run, card = await start(desk)
    asked = await desk.shows(card, UPDATE, "Starts `source-maps.yml` on `main` at", "with `action=upload`")
    assert f"<@{ANN}> says: it crashes at start" in asked
    assert dispatched(desk, run) == []
    await desk.ws.until(lambda: f"“{UPDATE}” in production (mobile)" in desk.told(BEN), 30)

    await desk.approved(card)
    text = await desk.shows(card, f":large_green_circle: *{UPDATE} (production) · done* · mobile")

    (made,) = dispatched(desk, run)
    mobile = desk.box.github.state.repos["pawlogic/mobile"]
    assert made.inputs == {
        "action": "upload",
        "environment": "production",
        "pawdeploy_run": str(run.id),
        "service": "mobile",
        "sha": mobile.branches["main"],
    }
    assert f"/actions/runs/{made.id}|" in text
    assert desk.state_of(card) == (RunState.SUCCEEDED, Reason.WORKFLOW_DONE)
    assert desk.buttons(card) == {"open_deployment"}
    assert desk.box.github.deployments == []


async def test_a_failed_one_shows_its_log_and_is_not_retried(desk):
    desk.box.faults.set("github.workflow", "fails")
    run, card = await start(desk)
    await desk.approved(card)

    await desk.shows(card, f":red_circle: *{UPDATE} (production) · failed*", "source-maps: sentry-cli")
    await desk.ws.until(lambda: "API request failed" in desk.thread(card), 30)
    assert "run_retry" not in desk.buttons(card)
    assert len(dispatched(desk, run)) == 1


async def test_who_asked_cannot_agree_and_a_no_starts_nothing(desk):
    run, card = await start(desk)
    await desk.press(card, "vote_approve", user=ANN)
    await desk.ws.until(lambda: "somebody else has to agree" in desk.heard(ANN), 30)
    await desk.polled(lambda: desk.rows("SELECT listening FROM runs WHERE id = ?", run.id) == [(1,)])
    await desk.ws.react(BEN, DEPLOYS, card.ts, "x")

    await desk.shows(card, f":white_circle: *{UPDATE} (production) · not started, rejected by")
    assert dispatched(desk, run) == []


async def test_cancelled_while_it_runs_it_is_cancelled_at_github(desk):
    desk.box.faults.set("github.workflow", "never ends")
    run, card = await start(desk)
    await desk.approved(card)
    await desk.shows(card, "· running*", "deploying")
    await desk.press(card, "run_cancel")

    await desk.shows(card, f":white_circle: *{UPDATE} (production) · cancelled*", "has ended (cancelled)")
    (made,) = dispatched(desk, run)
    assert made.conclusion == "cancelled"


@pytest.mark.parametrize(("when", "runs"), [("after", 1), ("before", 0)])
async def test_killed_around_the_dispatch_it_is_looked_for_and_never_dispatched_again(desk, when, runs):
    run, card = await start(desk)
    desk.box.switch.arm(DISPATCH, when=when)
    await desk.approved(card)
    await desk.ws.until(lambda: desk.box.switch.fired and not desk.box.bot_running, 30)
    await desk.box.start_bot()

    if runs:
        await desk.shows(card, f":large_green_circle: *{UPDATE} (production) · done*")
    else:
        await desk.shows(card, "how it ended is unknown", "never started twice")
        await desk.press(card, "run_retry")
        await desk.shows(card, "attempt 2", "how it ended is unknown")
    assert len(dispatched(desk, run)) == runs


async def test_one_key_is_one_run_and_one_card(desk):
    run, card = await start(desk, key="incident:9:step")
    again = await desk.starter.run_workflow(
        WorkflowRequest(key="incident:9:step", workflow="source-maps", by=ANN, why="once more")
    )
    await desk.press(card, "run_cancel")
    await desk.shows(card, "· cancelled*", "The workflow was not started.")

    assert again.id == run.id
    assert dispatched(desk, run) == []


def stands_in_line(desk, run):
    """Say whether a run is in the queue: it says that it waits a moment before it stands there."""
    path = f"file:{desk.state / 'pawdeploy.workflows.sqlite3'}?mode=ro"
    query = "SELECT 1 FROM workflow_status WHERE workflow_uuid LIKE ? AND status = 'ENQUEUED'"
    with closing(sqlite3.connect(path, uri=True, timeout=5)) as connection:
        return connection.execute(query, (f"run-{run}.%-rollout",)).fetchall()


async def test_what_mends_goes_before_a_deploy_that_waits_longer(desk):
    desk.box.faults.set("railway.deployment", "never ends")
    desk.box.faults.set("github.workflow", "never ends")
    desk.commit("Slow one")
    first = await desk.asked("production main")
    await desk.approved(first)
    await desk.shows(first, ":large_blue_circle: *Deploying")
    sha = desk.commit("Waits")
    second = await desk.asked("production main")
    await desk.approved(second)
    await desk.shows(second, "In line behind run")
    run, back = await start(desk, "downgrade")
    await desk.approved(back)
    await desk.shows(back, "· waits in line*")
    await desk.polled(lambda: stands_in_line(desk, run.id))

    desk.box.faults.set("railway.deployment", "succeeds")
    await desk.shows(back, "· running*")
    assert desk.shipped(sha) == 0

    desk.box.faults.set("github.workflow", "succeeds")
    await desk.shows(second, ":large_green_circle: *Deployed", sha[:7])


async def test_no_deploy_goes_on_while_a_migration_is_taken_back_and_a_lock_does_not_stop_that(desk):
    desk.box.faults.set("github.workflow", "never ends")
    said = await desk.say("/pawdeploy lock production because mending", user=BEN)
    assert "You hold the lock" in said
    run, back = await start(desk, "downgrade")
    await desk.approved(back)
    await desk.shows(back, f"*{DOWNGRADE} (production) · running*")
    await desk.say("/pawdeploy unlock production", user=BEN)

    sha = desk.commit("Mend it")
    card = await desk.asked("production main")
    await desk.approved(card)
    await desk.shows(card, f"In line behind run {run.id}")
    assert desk.shipped(sha) == 0

    desk.box.faults.set("github.workflow", "succeeds")
    await desk.shows(back, f"*{DOWNGRADE} (production) · done*")
    await desk.shows(card, ":large_green_circle: *Deployed", sha[:7])
