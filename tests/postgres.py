"""A throwaway PostgreSQL for tests: one server, an empty database a test; skipped, visibly, where none is.

``postgres_url`` gives an empty database. The server refuses to run as root, so then it runs as ``postgres``
or ``nobody``. It listens on loopback only and is gone, with its files, when the tests are.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

OWNER = "pawdeploy"
_QUICK = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "16MB",
    "max_connections": "80",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
}
"""Nothing here outlives the tests, so nothing has to reach the disk."""


@dataclass
class Cluster:
    """A running server."""

    port: int
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def url(self, database: str) -> str:
        """Name a database the way DATABASE_URL does."""
        return f"postgresql://{OWNER}@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        """Make an empty database; return its URL."""
        name = f"test_{next(self._numbers)}"
        self.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.url(name)

    def execute(self, statement: sql.Composable) -> None:
        """Run one statement as the server's owner."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)


def program(name: str) -> str | None:
    """Find one of PostgreSQL's programs on PATH, or the newest where Debian puts them."""
    versions = Path("/usr/lib/postgresql").glob(f"*/bin/{name}")
    found = shutil.which(name) or next(
        iter(sorted(versions, key=lambda path: float(path.parts[-3]), reverse=True)), None
    )
    return str(found) if found else None


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """Start a server for everybody, once."""
    initdb, server = program("initdb"), program("postgres")
    if initdb is None or server is None:
        pytest.skip("no PostgreSQL programs (initdb, postgres) on PATH or under /usr/lib/postgresql")
    with tempfile.TemporaryDirectory(prefix="pawdeploy-pg-") as folder:
        data, as_owner = Path(folder) / "data", _not_root(Path(folder))
        made = subprocess.run(
            [initdb, "-D", data, "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
            capture_output=True,
            text=True,
            check=False,
            **as_owner,
        )
        if made.returncode:
            pytest.skip(f"initdb cannot work here: {made.stderr.strip()[-300:]}")
        port = _free_port()
        options = [f"-c{name}={value}" for name, value in _QUICK.items()]
        with (Path(folder) / "log").open("w+") as log:
            running = subprocess.Popen(
                [server, "-D", data, f"-p{port}", *options], stdout=log, stderr=log, **as_owner
            )
            try:
                _wait(running, cluster := Cluster(port), Path(log.name))
                yield cluster
            finally:
                running.send_signal(signal.SIGQUIT)  # "immediate": nothing here is worth writing down
                running.wait(10)


@pytest.fixture
def postgres_url(postgres: Cluster) -> str:
    """An empty database of this test's own."""
    return postgres.new_database()


def _not_root(folder: Path) -> dict[str, object]:
    """Say as whom to run a program: as ourselves, or for root as somebody harmless who owns ``folder``."""
    clean = {"cwd": folder, "env": {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"}}
    if os.geteuid() != 0:
        return clean
    names = {one.pw_name: one for one in pwd.getpwall()}
    somebody = names.get("postgres") or names.get("nobody")
    if somebody is None:
        pytest.skip("PostgreSQL does not run as root, and there is no user postgres or nobody")
    os.chown(folder, somebody.pw_uid, somebody.pw_gid)
    return clean | {"user": somebody.pw_uid, "group": somebody.pw_gid, "extra_groups": []}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(running: "subprocess.Popen[bytes]", cluster: Cluster, log: Path) -> None:
    for _ in range(200):
        if running.poll() is not None:
            break
        try:
            psycopg.connect(cluster.url("postgres")).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    message = f"PostgreSQL did not start: {log.read_text()[-500:]}"
    raise AssertionError(message)
