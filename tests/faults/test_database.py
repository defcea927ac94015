"""The database locked by somebody else, runs whose workflow was lost: nothing is lost, nothing doubles."""

import asyncio
import sqlite3
from contextlib import closing

import pytest
import pytest_asyncio

from bot.db.runs_store import RunsStore
from bot.db.session import open_database
from tests.flows.driver import ANN, DEPLOYS, GENERAL, flow

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(tmp_path_factory):
    async with flow(tmp_path_factory.mktemp("database"), timings={"deployment_timeout": 60}) as made:
        yield made


@pytest.fixture(autouse=True)
def calm(desk):
    desk.box.faults.reset()
    desk.box.faults.set("railway.speed", "fast")


async def alive(desk):
    if not desk.box.bot_running:
        await desk.box.start_bot()
    await desk.box.wait_ready()


async def test_a_command_typed_while_the_database_is_locked_is_answered_in_time(desk):
    await alive(desk)
    runs = desk.rows("SELECT count(*) FROM runs")
    with closing(sqlite3.connect(desk.state / "pawdeploy.sqlite3", isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")

        said = await desk.say("/pawdeploy staging")

        assert "nothing was started" in said
        holder.execute("ROLLBACK")
    assert desk.rows("SELECT count(*) FROM runs") == runs
    sha = desk.commit()
    await desk.shows(await desk.deploy(), "Deployed", sha[:7])


async def test_a_run_under_way_waits_for_a_locked_database_and_goes_on(desk):
    await alive(desk)
    desk.box.faults.set("railway.deployment", "never ends")
    sha = desk.commit()
    card = await desk.deploy()
    await desk.shows(card, "Build and start", sha[:7])
    with closing(sqlite3.connect(desk.state / "pawdeploy.sqlite3", isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        desk.box.faults.set("railway.deployment", "succeeds")
        await asyncio.sleep(1)  # the lock's own duration
        holder.execute("ROLLBACK")

    await desk.shows(card, "Deployed", sha[:7])
    assert desk.shipped(sha) == 1


async def test_a_run_stored_but_never_started_is_started_at_the_next_start(desk):
    await alive(desk)
    sha = desk.commit()
    cards = len(desk.cards())
    await desk.box.kill_bot()
    database = await open_database(f"sqlite:///{desk.state / 'pawdeploy.sqlite3'}")
    try:
        await RunsStore(database).create(
            key="trigger:stored-then-killed",
            service="api",
            environment="staging",
            ref="main",
            again=False,
            by=ANN,
            at=desk.now(),
            card_channel=DEPLOYS,
        )
    finally:
        await database.close()

    await desk.box.start_bot()

    card = (await desk.ws.until(lambda: desk.cards()[cards:], 30))[0]
    await desk.shows(card, "Deployed", sha[:7])
    assert desk.shipped(sha) == 1


def lose_workflows(desk):
    """Mark every workflow under way as fallen over, as an error nobody foresaw would."""
    with closing(sqlite3.connect(desk.state / "pawdeploy.workflows.sqlite3", timeout=5)) as connection:
        connection.execute(
            "UPDATE workflow_status SET status = 'ERROR' WHERE status IN ('PENDING', 'ENQUEUED')"
        )
        connection.commit()


async def follow_then_kill(desk):
    await alive(desk)
    desk.box.faults.set("railway.deployment", "never ends")
    sha = desk.commit()
    card = await desk.deploy()
    await desk.shows(card, "Build and start", sha[:7])
    await desk.box.kill_bot()
    lose_workflows(desk)
    desk.box.faults.set("railway.deployment", "succeeds")
    return sha, card


async def test_a_run_whose_workflow_fell_over_goes_on_with_the_same_deployment(desk):
    sha, card = await follow_then_kill(desk)

    await desk.box.start_bot()

    await desk.shows(card, "Deployed", sha[:7])
    assert desk.shipped(sha) == 1
    assert desk.rows("SELECT starts FROM runs WHERE sha = ?", sha) == [(2,)]


async def test_a_run_that_falls_over_again_and_again_fails_and_can_be_retried(desk):
    sha, card = await follow_then_kill(desk)
    with closing(sqlite3.connect(desk.state / "pawdeploy.sqlite3", timeout=5)) as connection:
        connection.execute("UPDATE runs SET starts = 5 WHERE sha = ?", (sha,))
        connection.commit()

    await alive(desk)

    await desk.shows(card, "failed", "Retry")
    assert desk.rows("SELECT reason FROM runs WHERE sha = ?", sha) == [("internal",)]
    await desk.press(card, "run_retry")
    await desk.shows(card, "Deployed", sha[:7])
    assert desk.shipped(sha) == 1


async def test_a_delivery_stored_but_not_worked_off_goes_on_at_the_next_start(desk):
    await alive(desk)
    sha, cards = desk.commit(), len(desk.cards())
    said = await desk.ws.say(ANN, GENERAL, "/pawdeploy help")
    assert said.ok
    await desk.polled(lambda: desk.rows("SELECT 1 FROM inbox WHERE done_at IS NOT NULL"))
    body = desk.last_command("/pawdeploy staging")
    await desk.box.kill_bot()
    with closing(sqlite3.connect(desk.state / "pawdeploy.sqlite3", timeout=5)) as connection:
        connection.execute(
            "INSERT INTO inbox (key, body, received_at) VALUES ('trigger:1.2.3', ?, ?)",
            (body, desk.now().strftime("%Y-%m-%d %H:%M:%S.%f")),
        )
        connection.commit()

    await desk.box.start_bot()

    card = (await desk.ws.until(lambda: desk.cards()[cards:], 30))[0]
    await desk.shows(card, "Deployed", sha[:7])
    assert desk.rows("SELECT count(*) FROM inbox WHERE done_at IS NULL") == [(0,)]
