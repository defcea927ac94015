"""The same flow over signed HTTP and on PostgreSQL; several replicas; a second bot on one SQLite file."""

import asyncio
import sys

import psycopg
import pytest

from bot.db.audit_store import AuditStore, Intact
from bot.db.session import open_database
from bot.toml_file import load
from sandbox.bot_process import ROOT, BotProcess, free_port
from sandbox.config import environment
from tests.faults.kill_switch import KillableSandbox
from tests.flows.driver import ANN, flow


async def test_the_flow_runs_in_http_mode(tmp_path):
    async with flow(tmp_path, mode="http") as desk:
        sha = desk.commit()

        await desk.shows(await desk.deploy(), "Deployed", sha[:7])

        assert desk.shipped(sha) == 1
        assert not desk.ws.link.connections


async def test_an_approval_of_one_delivery_is_not_replayed_in_http_mode(tmp_path):
    async with flow(tmp_path, mode="http") as desk:
        desk.box.faults.set("slack.delivery", "duplicate")  # the same body with the same signature, twice
        sha = desk.commit()

        await desk.shows(await desk.deploy(), "Deployed", sha[:7])

        assert desk.rows("SELECT count(*) FROM runs") == [(1,)]
        assert desk.shipped(sha) == 1


@pytest.mark.postgres
async def test_the_flow_runs_on_postgresql_and_its_audit_chain_is_whole(tmp_path, postgres_url):
    async with flow(tmp_path, database_url=postgres_url) as desk:
        sha = desk.commit()

        await desk.shows(await desk.deploy(), "Deployed", sha[:7])

        assert desk.shipped(sha) == 1
    database = await open_database(postgres_url)
    try:
        assert isinstance(await AuditStore(database).verify(), Intact)
    finally:
        await database.close()


def second_bot(desk, postgres_url):
    """Make another replica of the sandbox's bot, with a port of its own."""
    port = free_port()
    told = environment(
        load(desk.box.config),
        url=desk.box.url,
        bot_port=port,
        config=desk.box.config,
        database_url=postgres_url,
        mode="socket",
    )
    return BotProcess(told, desk.state / "second.log", lambda _state: None, port=port)


@pytest.mark.postgres
async def test_a_replica_takes_over_the_run_of_one_that_was_killed(tmp_path, postgres_url):
    async with flow(
        tmp_path, database_url=postgres_url, make=KillableSandbox, timings={"deployment_timeout": 60}
    ) as desk:
        other = second_bot(desk, postgres_url)
        desk.box.faults.set("railway.deployment", "never ends")
        sha = desk.commit()
        card = await desk.deploy()
        await desk.shows(card, "Build and start", sha[:7])
        await other.start()
        try:
            await other.wait_ready()
            await desk.box.kill_bot()
            desk.box.faults.set("railway.deployment", "succeeds")

            await desk.shows(card, "Deployed", sha[:7])

            assert not desk.box.bot_running
            assert desk.shipped(sha) == 1
            assert len(desk.cards()) == 1
        finally:
            await other.stop()


@pytest.mark.postgres
async def test_two_replicas_share_the_work_and_publish_one_card_each_run(tmp_path, postgres_url):
    async with flow(tmp_path, database_url=postgres_url) as desk:
        other = second_bot(desk, postgres_url)
        await other.start()
        try:
            await other.wait_ready()
            for number in range(3):
                sha = desk.commit()
                await desk.shows(await desk.deploy(user=ANN), "Deployed", sha[:7])
                assert desk.shipped(sha) == 1
                assert len(desk.cards()) == number + 1
        finally:
            await other.stop()
    with psycopg.connect(postgres_url) as connection:
        moves = connection.execute("SELECT action, count(*) FROM audit GROUP BY action").fetchall()
    assert dict(moves) == dict.fromkeys(("run.requested", "run.waiting", "run.running", "run.succeeded"), 3)


async def start_alone(desk, **changes):
    """Start ``pawdeploy run`` beside the sandbox's bot; return its exit code and what it said."""
    told = environment(
        load(desk.box.config),
        url=desk.box.url,
        bot_port=free_port(),
        config=desk.box.config,
        database_url=f"sqlite:///{desk.state / 'pawdeploy.sqlite3'}",
        mode="socket",
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "run",
        cwd=ROOT,
        env=told | changes,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await asyncio.wait_for(process.communicate(), 30)
    return process.returncode, said.decode()


async def test_a_second_bot_on_the_same_sqlite_file_is_refused_in_one_line(tmp_path):
    async with flow(tmp_path) as desk:
        code, said = await start_alone(desk)

        assert code == 3
        assert f"process {desk.box.process.pid}" in said
        assert "PostgreSQL" in said
        assert desk.box.bot_running


async def test_a_bot_whose_port_is_taken_ends_in_one_line_before_it_hears_anything(tmp_path):
    async with flow(tmp_path) as desk:
        opened = desk.ws.link.opened
        taken = str(desk.box.process.url.rpartition(":")[2])
        (tmp_path / "other").mkdir()

        code, said = await start_alone(
            desk, PORT=taken, DATABASE_URL=f"sqlite:///{tmp_path / 'other' / 'pawdeploy.sqlite3'}"
        )

        assert (code, said.count("\n")) == (3, 1), said
        assert f"cannot listen on 127.0.0.1:{taken}; set PORT" in said
        assert desk.ws.link.opened == opened


async def test_sigterm_drains_and_the_run_goes_on_at_the_next_start(tmp_path):
    async with flow(tmp_path, timings={"deployment_timeout": 60}) as desk:
        desk.box.faults.set("railway.deployment", "never ends")
        sha = desk.commit()
        card = await desk.deploy()
        await desk.shows(card, "Build and start", sha[:7])

        await desk.box.stop_bot()
        assert desk.box.state == "stopped"  # by itself, with exit code 0
        desk.box.faults.set("railway.deployment", "succeeds")
        await desk.box.start_bot()

        await desk.shows(card, "Deployed", sha[:7])
        assert desk.shipped(sha) == 1
        assert len(desk.cards()) == 1
