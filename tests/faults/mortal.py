"""A guarded environment whose bot dies and is born again; and what must hold of a run however often it did.

Knows how to kill and where to look afterwards. When to kill is each test's.
"""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, cast

from tomlkit import TOMLDocument

from bot.db.audit_store import AuditStore, Intact
from bot.db.session import open_database
from bot.engine.states import StepName
from bot.errors import StartupError
from sandbox.vendors.railway_world import Deployment
from sandbox.workspace.model import Message
from tests.faults.kill_switch import KillableSandbox, KillSwitch
from tests.faults.storm import key_of
from tests.flows.driver import ANN, BEN, CLEO, DEPLOYS, PATIENCE, flow
from tests.flows.guarded import QUICK, USUAL, WATCHED, Guarded, gates
from tests.flows.returning import calm, free

REVIVED = {"vendor_patience": 10.0, "deployment_timeout": 20.0, "health_timeout": 10.0, "checks_wait": 10.0}
"""Time the bot is dead counts for its patience with vendors."""
SUCCESS = ["run.requested", "run.waiting", "run.running", "run.succeeded"]
REGRESSED = ["run.requested", "run.waiting", "run.running", "run.failed"]


class Mortal(Guarded):
    """A flow to production, on SQLite, whose bot may be killed anywhere."""

    @property
    def switch(self) -> KillSwitch:
        """What kills at requests."""
        return cast("KillableSandbox", self.box).switch

    async def soaking(self, title: str = "") -> str:
        """Push a commit that has been live and well in staging for long enough; return its SHA."""
        return self.soaks(self.commit(title))

    async def alive(self) -> None:
        """Have a bot that is ready, in a world where all is well and nothing is locked."""
        self.switch.arm(when="before")
        await self.box.start_bot()
        await self.box.wait_ready()
        calm(self)
        await free(self)

    @asynccontextmanager
    async def revived(self) -> AsyncIterator[None]:
        """Start the bot again whenever it is dead."""

        enough = asyncio.Event()

        async def watch() -> None:
            while not enough.is_set():
                await self.box.start_bot()
                await asyncio.sleep(0.02)

        task = asyncio.create_task(watch())
        try:
            yield
        finally:
            enough.set()  # not cancelled: a bot being started would be nobody's
            await task

    async def ready(self) -> None:
        """Wait until it is ready and nothing is about to kill it; who watches starts it again meanwhile."""
        async with asyncio.timeout(2 * PATIENCE):
            while True:
                killed = len(self.switch.fired)
                with suppress(StartupError):  # it died once more
                    await self.box.wait_ready()
                    if self.box.bot_running and not self.switch.serving and len(self.switch.fired) == killed:
                        return
                await asyncio.sleep(0.02)

    @contextmanager
    def between(self) -> Iterator[None]:
        """Keep DBOS from noting that a step is over: what the step stored is stored, and nothing follows."""
        path = self.state / "pawdeploy.workflows.sqlite3"
        with closing(sqlite3.connect(path, timeout=10, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.execute("ROLLBACK")

    def grow_old(self) -> None:
        """Have every workflow be one that a bot of an older version left; the bot is dead."""
        path = self.state / "pawdeploy.workflows.sqlite3"
        with closing(sqlite3.connect(path, timeout=10)) as connection, connection:
            connection.execute("UPDATE workflow_status SET application_version = 'deploy-0'")

    def run_of(self, card: Message) -> int:
        """Return the run of a card."""
        return int(key_of(card).split(":")[1])

    def newest(self) -> int:
        """Return the newest run."""
        return int(self.rows("SELECT max(id) FROM runs")[0][0])

    def begun(self, run: int, step: StepName) -> bool:
        """Say whether a step of a run has begun, or is over."""
        query = "SELECT 1 FROM run_steps WHERE run_id = ? AND name = ? AND state != 'todo'"
        return bool(self.rows(query, run, step.value))

    async def ends(self, run: int, state: str) -> None:
        """Wait until a run has ended so."""
        active = ("preparing", "waiting", "running", "cancelling")
        await self.polled(lambda: self.column(run, "state") not in active, 60)
        assert self.column(run, "state") == state, self.rows(
            "SELECT reason, detail FROM runs WHERE id = ?", run
        )

    def column(self, run: int, name: str) -> Any:
        """Return one column of a run."""
        return self.rows(f"SELECT {name} FROM runs WHERE id = ?", run)[0][0]  # noqa: S608 - ours

    def said(self, run: int, area: str) -> list[str]:
        """Return the run's audit entries of one area (``run``, ``consent``, ``lock``), oldest first."""
        query = "SELECT action FROM audit WHERE run_id = ? AND action LIKE ? ORDER BY seq"
        return [action for (action,) in self.rows(query, run, f"{area}.%")]

    def voices(self, run: int) -> set[tuple[str, str, str]]:
        """Return who said what, and how, to what is asked now."""
        query = (
            "SELECT user_id, voice, voices.via FROM voices JOIN runs ON runs.id = run_id "
            "AND runs.binding = voices.binding WHERE run_id = ? AND voice != 'none'"
        )
        return set(self.rows(query, run))

    def shipments(self, sha: str, *, back: bool = False) -> list[Deployment]:
        """Return what was asked of Railway for ``sha`` in production: deploys, or ways ``back``."""
        asked = self.box.railway.started("api", "production")
        return [one for one in asked if one.sha == sha and (one.reason == "rollback") is back]

    async def whole(self, run: int, moves: list[str]) -> None:
        """Assert what holds of every run: each thing once, the moves it made, an audit chain nobody broke."""
        await self.polled(lambda: not self.rows("SELECT 1 FROM posts WHERE kind != 'dm' AND ts = ''"))
        assert self.said(run, "run") == moves
        cards = [card for card in self.cards() if key_of(card) == f"run:{run}:card"]
        assert len(cards) == 1
        told = [*self.cards(), *(one for card in self.cards() for one in self.ws.thread(DEPLOYS, card.ts))]
        told += [one for user in (ANN, BEN, CLEO) for one in self.ws.direct(user)]
        twice = [key for key, times in Counter(map(key_of, told)).items() if key and times > 1]
        assert twice == []
        pictures = [one for one in self.ws.thread(DEPLOYS, cards[0].ts) if one.files]
        assert len(pictures) == len(
            self.rows("SELECT 1 FROM posts WHERE run_id = ? AND kind IN ('picture', 'qr')", run)
        )
        records = [one for one in self.box.github.deployments if one.payload["pawdeploy_run"] == run]
        assert len(records) == self.begun(run, StepName.RECORD)
        log = (self.state / "bot.log").read_text("utf-8")
        assert "Exception encountered in" not in log
        database = await open_database(f"sqlite:///{self.state / 'pawdeploy.sqlite3'}")
        try:
            verdict = await AuditStore(database).verify()
        finally:
            await database.close()
        assert isinstance(verdict, Intact), verdict


@asynccontextmanager
async def mortal(
    state: Path, *, edit: Callable[[TOMLDocument], None] | None = None, **sections: dict[str, Any]
) -> AsyncIterator[Mortal]:
    """Start everything with short gates and a door that can kill; ``edit`` changes the file further."""

    def both(document: TOMLDocument) -> None:
        gates(**sections)(document)
        if edit:
            edit(document)

    make = partial(KillableSandbox, edit=both)
    async with flow(state, timings=QUICK | WATCHED | REVIVED, make=make) as plain:
        plain.box.sentry.ingestion_delay = 0.0
        plain.box.sentry.world.per_minute["backend", "production"] = USUAL
        yield Mortal(plain.box, state)
