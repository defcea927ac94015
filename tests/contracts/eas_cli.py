"""Expo's own command line, installed once outside the repository, and run against a simulated Expo."""

import asyncio
import fcntl
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.types import ASGIApp

from sandbox.serve import Server

PACKAGE = Path(__file__).with_name("eas") / "package.json"
PORT = 3000
"""Where eas-cli looks for a local Expo; it knows no other place."""
OLDEST_NODE = (20, 18, 3)
INSTALLING, RUNNING, WAITING = 900, 120, 60
"""Seconds, on a machine that does other things, too."""


@dataclass(frozen=True)
class Said:
    """What a command came to."""

    status: int
    out: str
    err: str

    def json(self):
        return json.loads(self.out)


@dataclass(frozen=True)
class EasCli:
    """The command line, in the folder of an app."""

    node: str
    script: Path
    app: Path
    token: str

    async def __call__(self, *arguments: str) -> Said:
        process = await asyncio.create_subprocess_exec(
            self.node, str(self.script), *arguments,
            cwd=self.app, env=self._environment(),
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            out, err = await asyncio.wait_for(process.communicate(), RUNNING)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return Said(process.returncode or 0, out.decode(), err.decode())

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.app),
            "CI": "1",
            "EXPO_LOCAL": "1",
            "EXPO_TOKEN": self.token,
            "EAS_NO_VCS": "1",
            "EAS_PROJECT_ROOT": str(self.app),
            "EAS_SKIP_CLI_VERSION_CHECK": "1",
            "DISABLE_EAS_ANALYTICS": "1",
        }


def installed() -> tuple[str, Path]:
    """Return Node.js and eas-cli's script, installed if need be; skip (in CI: fail) where it cannot be."""
    package = json.loads(PACKAGE.read_text("utf-8"))
    version, runtime = package["dependencies"]["eas-cli"], package["config"]["runtime"]
    folder = _cache() / f"eas-cli-{version}"
    with _alone(f"pawdeploy-eas-cli-{version}"):
        if not (folder / "done").is_file():
            _install(folder, runtime)
    own = folder / "node_modules" / runtime.partition("@")[0] / "bin" / "node"
    return str(own if own.is_file() else shutil.which("node")), folder / "node_modules/eas-cli/bin/run"


@asynccontextmanager
async def at_its_port(app: ASGIApp) -> AsyncIterator[None]:
    """Serve ``app`` where eas-cli looks; waits for whoever else is there, and fails when they stay."""
    server = Server(app, port=PORT)
    try:
        async with asyncio.timeout(WAITING):
            while True:
                try:
                    await server.__aenter__()
                except OSError:
                    await asyncio.sleep(0.5)
                else:
                    break
    except TimeoutError:
        pytest.fail(f"port {PORT} is taken, and eas-cli knows no other: stop what listens there")
    try:
        yield
    finally:
        await server.__aexit__(None, None, None)


def _install(folder: Path, runtime: str) -> None:
    npm = shutil.which("npm")
    if npm is None:
        _cannot("npm is not installed")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    shutil.copy(PACKAGE, folder)
    more = [] if _node() >= OLDEST_NODE else ["--no-save", runtime]
    quiet = ["--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", "--loglevel=error"]
    try:
        subprocess.run(
            [npm, "install", *quiet, *more], cwd=folder, check=True, capture_output=True, timeout=INSTALLING
        )
    except subprocess.CalledProcessError as error:
        _cannot(f"npm could not install eas-cli: {error.stderr.decode()[-500:]}")
    (folder / "done").touch()


def _cannot(why: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    pytest.skip(why)


def _node() -> tuple[int, ...]:
    node = shutil.which("node")
    told = subprocess.run([node, "--version"], capture_output=True, check=True).stdout if node else b""
    return tuple(map(int, re.findall(rb"\d+", told)))


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pawdeploy"


@contextmanager
def _alone(name: str) -> Iterator[None]:
    """Hold a lock that every process of this machine sees."""
    with (Path(tempfile.gettempdir()) / f"{name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
