"""A bot at work holds only what it uses: nothing for a database, a picture or a store it does not have."""

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path

from sandbox.bot_process import ROOT, BotProcess
from tests.flows.driver import flow

TELLING = """
import atexit, sys
from bot.__main__ import main
atexit.register(lambda: print("loaded:", *sys.modules))
sys.argv = ["pawdeploy", "run"]
main()
"""


async def _start_telling(environment: Mapping[str, str], log: Path) -> asyncio.subprocess.Process:
    """Start a bot as people do, in an interpreter of its own; at its end it says what it loaded."""
    with log.open("ab") as out:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-c", TELLING,
            cwd=ROOT, env=environment, stdin=asyncio.subprocess.DEVNULL, stdout=out, stderr=out,
        )  # fmt: skip


async def _loaded(state: Path, **how: str) -> set[str]:
    """Deploy with a bot of its own; return the libraries it has loaded at its end."""
    async with flow(state, **how) as desk:
        sha = desk.commit()
        await desk.shows(await desk.deploy(), "*Deployed", sha[:7])
        await desk.box.stop_bot()
        told = desk.box.process.log.read_text("utf-8").splitlines()[-1]
    assert told.startswith("loaded: ")
    return {name.partition(".")[0] for name in told.split()[1:]}


async def test_a_bot_on_sqlite_has_loaded_nothing_it_has_no_use_for(tmp_path, monkeypatch):
    monkeypatch.setattr(BotProcess, "starter", staticmethod(_start_telling))

    loaded = await _loaded(tmp_path)

    assert {"dbos", "slack_bolt", "sqlite3"} <= loaded
    assert not loaded & {"psycopg", "psycopg_binary", "matplotlib", "numpy", "sandbox"}


async def test_a_bot_on_postgresql_has_its_driver(tmp_path, postgres_url, monkeypatch):
    monkeypatch.setattr(BotProcess, "starter", staticmethod(_start_telling))

    assert {"dbos", "psycopg", "psycopg_binary"} <= await _loaded(tmp_path, database_url=postgres_url)
