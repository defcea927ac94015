"""The bot as a child process: started, killed, stopped, waited for.

Knows processes and ``/readyz``. Must not know what the bot does or whom it talks to.
"""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import ClassVar, Literal, Protocol

import httpx

from bot.errors import StartupError
from bot.integrations._http import trusted

State = Literal["running", "killed", "stopped"]
ROOT = Path(__file__).resolve().parents[1]
"""Where ``python -m bot`` finds the bot: this very code, installed or not."""
DRAIN = 15.0
"""Seconds a bot told to stop may take before it is killed."""


def free_port() -> int:
    """Return a port nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Child(Protocol):
    """A process we have started."""

    @property
    def pid(self) -> int:
        """Its process id."""

    @property
    def returncode(self) -> int | None:
        """Its exit code, minus a signal's number; None while it lives."""

    async def wait(self) -> int:
        """Return its exit code once it has ended."""

    def send_signal(self, signal: signal.Signals, /) -> None:
        """Signal it."""

    def kill(self) -> None:
        """End it at once."""


class Starter(Protocol):
    """Starts a bot."""

    def __call__(self, environment: Mapping[str, str], log: Path, /) -> Awaitable[Child]:
        """Start one with an environment and a file for what it writes."""


async def run_python(environment: Mapping[str, str], log: Path) -> Child:
    """Start a bot as people do."""
    with log.open("ab") as out:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run",
            cwd=ROOT, env=environment, stdin=asyncio.subprocess.DEVNULL, stdout=out, stderr=out,
        )  # fmt: skip


class BotProcess:
    """One bot at a time, in the sandbox's own process group, so that Ctrl-C ends both."""

    starter: ClassVar[Starter] = staticmethod(run_python)
    """How; tests have a quicker way (``tests/forked.py``)."""

    def __init__(
        self, environment: Mapping[str, str], log: Path, changed: Callable[[State], None], *, port: int
    ) -> None:
        self._environment = {"PATH": os.defpath, **environment}
        self._changed = changed
        self._process: Child | None = None
        self._watch: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()
        self.log = log
        """What the bots wrote, one after the other."""
        self.url = f"http://127.0.0.1:{port}"
        self.state: State = "stopped"

    @property
    def running(self) -> bool:
        """Whether a bot is alive."""
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int:
        """The child's process id; ``LookupError`` when there is none."""
        if self._process is None or self._process.returncode is not None:
            msg = "no bot is running"
            raise LookupError(msg)
        return self._process.pid

    async def start(self) -> None:
        """Start a bot; does nothing when one is alive."""
        async with self._starting:
            if self.running:
                return
            self._process = await self.starter(self._environment, self.log)
            self._watch = asyncio.create_task(self._see_it_end(self._process))
            self._tell("running")

    async def kill(self) -> None:
        """Kill it (SIGKILL) and wait until it is gone."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """Tell it to stop (SIGTERM), give it ``DRAIN`` seconds, then kill it."""
        await self._end(signal.SIGTERM)

    async def wait_ready(self, timeout: float = 60.0) -> None:  # noqa: ASYNC109 - the one limit a caller sets
        """Return when ``/readyz`` says so. ``StartupError`` when the bot ended or took too long."""
        said = "no answer"
        async with httpx.AsyncClient(timeout=2, trust_env=False, verify=trusted()) as http:
            try:
                async with asyncio.timeout(timeout):
                    while self.running:
                        try:
                            answer = await http.get(f"{self.url}/readyz")
                        except httpx.TransportError:
                            await asyncio.sleep(0.03)
                            continue
                        if answer.is_success:
                            return
                        said = answer.text
                        await asyncio.sleep(0.03)
            except TimeoutError:
                msg = f"the bot was not ready after {timeout:g} s ({said}); it wrote:\n{self.last_words()}"
                raise StartupError(msg) from None
        msg = f"the bot ended before it was ready; it wrote:\n{self.last_words()}"
        raise StartupError(msg)

    def last_words(self, lines: int = 15) -> str:
        """Return the end of the bot's log."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text("utf-8", errors="replace").splitlines()[-lines:])

    async def _end(self, how: signal.Signals) -> None:
        process, watch = self._process, self._watch
        if process is None or watch is None or process.returncode is not None:
            return
        process.send_signal(how)
        try:
            async with asyncio.timeout(DRAIN):
                await asyncio.shield(watch)
        except TimeoutError:
            process.kill()
            await watch

    async def _see_it_end(self, process: Child) -> None:
        code = await process.wait()
        self._tell("stopped" if code == 0 else "killed")

    def _tell(self, state: State) -> None:
        self.state = state
        self._changed(state)
