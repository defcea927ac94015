"""A world for pipelines: a clock that jumps, a vendor and a repository in memory that keep their promises."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import tomlkit

from bot.clock import Clock
from bot.db.runs_reader import RunsReader
from bot.db.runs_store import RunsStore
from bot.db.session import Database
from bot.engine.checks import Check, CheckReport, CheckState
from bot.engine.health import Health, SmokeResult
from bot.engine.runs import Commit, Comparison, RunView
from bot.engine.shipping import Phase, Platform, Progress, Shipment
from bot.engine.states import RunState, StepName
from bot.metrics import Metrics
from bot.pipelines.needs import Kit
from bot.pipelines.player import Player
from bot.project import Project

ROOT = Path(__file__).parents[3]
NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
ANN, BEN = "U0ANNREQ001", "U0BENAPP001"
SHA, OLD = "a1b2c3d" + "0" * 33, "9f8e7d6" + "0" * 33


SHORT = {"deployment_timeout": 120, "checks_wait": 60, "health_timeout": 60, "vendor_patience": 60}


def pawlogic(**timings) -> Project:
    facts = tomlkit.parse((ROOT / "pawdeploy.toml").read_text()).unwrap()
    return Project.model_validate(facts | {"timings": SHORT | timings})


class JumpingClock(Clock):
    """Sleeping takes no time and moves the clock; ``then`` happens at given seconds after noon."""

    def __init__(self) -> None:
        self.at = NOON
        self.slept: list[float] = []
        self._then: list[tuple[float, Callable[[], Awaitable[object]]]] = []

    def now(self) -> datetime:
        return self.at

    @property
    def passed(self) -> float:
        return (self.at - NOON).total_seconds()

    def then(self, seconds: float, work: Callable[[], Awaitable[object]]) -> None:
        self._then.append((seconds, work))

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += timedelta(seconds=seconds)
        due = [one for one in self._then if one[0] <= self.passed]
        self._then = [one for one in self._then if one not in due]
        for _, work in due:
            await work()


class Trouble:
    """Exceptions by method, one a call: raised ``before`` anything happened, or ``after`` it took effect."""

    def __init__(self) -> None:
        self.before: dict[str, list[Exception]] = {}
        self.after: dict[str, list[Exception]] = {}
        self.calls: list[str] = []

    def call(self, method: str) -> None:
        self.calls.append(method)
        if self.before.get(method):
            raise self.before[method].pop(0)

    def answer(self, method: str) -> None:
        if self.after.get(method):
            raise self.after[method].pop(0)


class MemoryVendor(Trouble):
    """Keeps a list of deployments; a new one may show in it only after ``shows_after`` seconds."""

    def __init__(self, clock: JumpingClock) -> None:
        super().__init__()
        self.clock = clock
        self.made: list[tuple[float, Shipment]] = []
        self.shows_after = 0.0
        self.phases: list[Phase] = [Phase.LIVE]
        self.failing = ""
        self.serving: str | None = OLD
        self.well = Platform(stable=True)
        self.cancelled: list[str] = []

    async def platform(self):
        self.call("platform")
        return self.well

    async def deployments(self, target):
        self.call("deployments")
        seen = [one for moment, one in self.made if self.clock.passed >= moment + self.shows_after]
        return tuple(reversed(seen))

    async def live(self, target):
        self.call("live")
        return Shipment(id="old", sha=self.serving, page="") if self.serving else None

    async def start(self, target, sha, *, run):
        self.call("start")
        shipment = Shipment(id=f"d-{len(self.made) + 1}", sha=sha, page=f"https://vendor.test/{run}")
        self.made.append((self.clock.passed, shipment))
        self.answer("start")
        return shipment

    async def look(self, target, shipment_id):
        self.call("look")
        phase = self.phases.pop(0) if len(self.phases) > 1 else self.phases[0]
        return Progress(phase=phase, raw=phase.value.upper(), page="", failing=self.failing)

    async def cancel(self, target, shipment_id):
        self.call("cancel")
        self.cancelled.append(shipment_id)
        self.phases = [Phase.REMOVED]

    async def last_lines(self, target, shipment_id):
        self.call("last_lines")
        return ("boom", "exit 1")


class MemoryRepository(Trouble):
    """Commits by ref, checks, deployment records."""

    def __init__(self) -> None:
        super().__init__()
        self.heads = {"main": SHA}
        self.near: tuple[str, ...] = ()
        self.reports = [CheckReport(checks=(_green("test"), _green("lint")))]
        self.records: list[int] = []
        self.statuses: list[str] = []

    async def resolve(self, repository, ref):
        self.call("resolve")
        return Commit(
            sha=self.heads[ref], title="List pets by age", author="Ann", url="https://github.test/c"
        )

    async def near_refs(self, repository, ref):
        self.call("near_refs")
        return self.near

    async def checks(self, repository, sha):
        self.call("checks")
        return self.reports.pop(0) if len(self.reports) > 1 else self.reports[0]

    async def compare(self, repository, base, head):
        return Comparison(
            commits=(),
            total_commits=0,
            files=("app/pets.py", "alembic/versions/0007_age.py"),
            files_complete=True,
            additions=1,
            deletions=1,
            url="",
            status="ahead",
        )

    async def find_deployment(self, repository, sha, environment, run):
        self.call("find_deployment")
        return self.records[0] if self.records else None

    async def create_deployment(self, repository, sha, environment, run, *, production, description):
        self.call("create_deployment")
        self.records.append(100 + len(self.records))
        self.answer("create_deployment")
        return self.records[-1]

    async def deployment_status(self, repository, deployment_id, state, **words):
        self.call("deployment_status")
        self.statuses.append(state)


class MemoryProbe:
    """Health answers one after the other, the last for ever."""

    def __init__(self) -> None:
        self.answers = [Health(ok=True, commit=SHA, said="200 ok")]
        self.smokes: dict[str, str] = {}
        self.smoked: list[str] = []

    async def look(self, base_url, path, commit_key, timeout):  # noqa: ASYNC109 - the Protocol's
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    async def smoke(self, base_url, test, timeout):  # noqa: ASYNC109 - the Protocol's
        self.smoked.append(test.name)
        said = self.smokes.get(test.name, "")
        return SmokeResult(name=test.name, ok=not said, said=said or "200", seconds=0.1)


class CountingCards:
    def __init__(self) -> None:
        self.changes = 0

    def changed(self) -> None:
        self.changes += 1


@dataclass
class World:
    """Everything a pipeline works with, and a hand to drive it."""

    db: Database
    project: Project = field(default_factory=pawlogic)

    def __post_init__(self) -> None:
        self.clock = JumpingClock()
        self.vendor = MemoryVendor(self.clock)
        self.repository = MemoryRepository()
        self.probe = MemoryProbe()
        self.runs, self.reader = RunsStore(self.db), RunsReader(self.db)
        self.kit = Kit(
            project=self.project,
            runs=self.runs,
            reader=self.reader,
            repository=self.repository,
            shippers={("api", name): self.vendor for name in self.project.environments},
            probe=self.probe,
            cards=CountingCards(),
            clock=self.clock,
            metrics=Metrics(),
        )
        self.player = Player(self.kit)

    async def a_run(
        self, state=RunState.PREPARING, *, key="trigger:1", ref="main", again=False, **columns
    ) -> int:
        run_id = await self.runs.create(
            key=key,
            service="api",
            environment="staging",
            ref=ref,
            again=again,
            by=ANN,
            at=NOON,
            card_channel="C0DEPLOYS01",
        )
        road = [RunState.WAITING, RunState.RUNNING]
        for target in road[: [RunState.PREPARING, *road].index(state)]:
            assert await self.runs.move(run_id, target, at=NOON, actor=ANN, fields={"line_at": NOON})
        if state is not RunState.PREPARING:
            await self.runs.set(run_id, sha=SHA, **columns)
        return run_id

    async def view(self, run_id) -> RunView:
        run = await self.reader.view(run_id)
        assert run is not None
        return run

    async def play(self, run_id, name: StepName, attempt=1):
        return await self.player.play(run_id, attempt, name)

    async def cancel(self, run_id) -> None:
        fields = {"cancelled_by": BEN}
        assert await self.runs.move(
            run_id, RunState.CANCELLING, at=self.clock.now(), actor=BEN, fields=fields
        )


def _green(name: str) -> Check:
    return Check(name=name, state=CheckState.PASSED, said="success")


def report(**states: CheckState) -> CheckReport:
    checks = [Check(name=name, state=state, said=state.value) for name, state in states.items()]
    return CheckReport(checks=tuple(checks))
