"""The command line and the HTTP side against the sandbox's servers: the real process, real sockets."""

import asyncio
import sys
from pathlib import Path
from typing import Literal

import httpx
import pytest

from bot.toml_file import load
from sandbox.config import environment
from sandbox.launch import Sandbox

ROOT = Path(__file__).parents[2]


async def check(box: Sandbox, tmp_path: Path, mode: Literal["socket", "http"]) -> tuple[int | None, str]:
    told = environment(
        load(box.config),
        url=box.url,
        bot_port=0,
        config=box.config,
        database_url=f"sqlite:///{tmp_path}/checked.sqlite3",
        mode=mode,
    ) | box.mobile.variables(box.url)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "check", cwd=ROOT, env=told, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await process.communicate()
    return process.returncode, said.decode()


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_the_sandbox_passes_the_check_a_real_workspace_must_pass(
    mode: Literal["socket", "http"], tmp_path: Path
) -> None:
    async with Sandbox(state=tmp_path / "state", mode=mode, bot=False) as box:
        code, said = await check(box, tmp_path, mode)

    assert (code, [line for line in said.splitlines() if not line.startswith("ok")]) == (0, [])


async def test_a_check_that_fails_says_so_by_its_exit_code(tmp_path: Path) -> None:
    async with Sandbox(state=tmp_path / "state", bot=False) as box:
        box.faults.set("github.answers", "401")
        code, said = await check(box, tmp_path, "socket")

    assert code == 1
    assert [line.split("  ")[1] for line in said.splitlines() if line.startswith("FAIL")] == ["GitHub token"]


@pytest.mark.parametrize("mode", ["socket", "http"])
async def test_a_running_bot_is_alive_and_ready_and_counts(
    mode: Literal["socket", "http"], tmp_path: Path
) -> None:
    async with (
        Sandbox(state=tmp_path / "state", mode=mode) as box,
        httpx.AsyncClient(base_url=box.process.url) as http,
    ):
        alive, ready, metrics = [await http.get(path) for path in ("/healthz", "/readyz", "/metrics")]
        unsigned = await http.post("/slack/events", content=b"command=%2Fpawdeploy")

    assert alive.status_code == 200
    assert {name: part["ok"] for name, part in ready.json().items() if name != "status"} == {
        "database": True,
        "slack": True,
        "scheduler": True,
    }
    assert "pawdeploy_runs_active" in metrics.text
    assert unsigned.status_code == (401 if mode == "http" else 404)
