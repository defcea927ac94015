"""Starts the bot by forking a process that has imported it: what a bot needs to start is mostly imports.

The child is the bot in a process of its own, as ``python -m bot run`` is, with its own environment, files and
end; only what was imported is shared. The sandbox's command and the bench start it as people do.
"""

import asyncio
import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from sandbox.bot_process import ROOT, BotProcess

IMPORTED = [
    "bot.__main__", "bot.app", "bot.log", "bot.toml_file", "alembic.command", "alembic.config",
    "anyio._backends._asyncio", "apscheduler.executors.asyncio", "apscheduler.triggers.interval", "asyncpg",
    "dbos._sys_db_sqlite", "encodings.ascii", "encodings.utf_8_sig", "httpcore",
    "slack_bolt.listener_matcher.async_builtins", "uvicorn.lifespan.off", "uvicorn.protocols.http.h11_impl",
    "tests.warmed",
]  # fmt: skip
"""What a bot would import, what its libraries import late, and what every bot would do."""
_CONTEXT = multiprocessing.get_context("forkserver")


class Forked:
    """A bot that was forked; what ``BotProcess`` asks of a child."""

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        self._process = _CONTEXT.Process(target=_be_the_bot, args=(dict(environment), str(log)), daemon=True)

    async def start(self) -> None:
        """Fork it; the first one waits for the imports."""
        await asyncio.to_thread(self._process.start)

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """Its exit code, minus a signal's number; None while it lives."""
        return self._process.exitcode

    async def wait(self) -> int:
        """Return its exit code once it has ended."""
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self._process.sentinel, ended.set)
        try:
            while self._process.exitcode is None:
                await ended.wait()
        finally:
            loop.remove_reader(self._process.sentinel)
        return self._process.exitcode

    def send_signal(self, number: signal.Signals) -> None:
        """Signal it."""
        os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)


def use() -> None:
    """Have every sandbox of this process fork its bots."""
    _CONTEXT.set_forkserver_preload(IMPORTED)
    BotProcess.starter = staticmethod(_start)


async def _start(environment: Mapping[str, str], log: Path) -> Forked:
    bot = Forked(environment, log)
    await bot.start()
    return bot


def _be_the_bot(environment: dict[str, str], log: str) -> None:
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environment)
    nothing, out = (
        os.open(os.devnull, os.O_RDONLY),
        os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644),
    )
    for source, target in ((nothing, 0), (out, 1), (out, 2)):
        os.dup2(source, target)
    sys.argv = ["pawdeploy", "run"]
    from bot.__main__ import main

    main()
