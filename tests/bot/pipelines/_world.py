"""A world for pipelines: a clock that jumps, a vendor and a repository in memory that keep their promises."""

from dataclasses import dataclass, field

from bot.db.consent_store import ConsentStore
from bot.db.holds_store import HoldsStore
from bot.db.posts_store import PostsStore
from bot.db.runs_reader import RunsReader
from bot.db.runs_store import RunsStore
from bot.db.session import Database
from bot.db.signals_store import SignalsStore
from bot.db.soak_store import SoakStore
from bot.engine.runs import RunView
from bot.engine.states import RunState, StepName
from bot.metrics import Metrics
from bot.pipelines.holds import Holds
from bot.pipelines.needs import Kit
from bot.pipelines.player import Player
from bot.project import Project
from tests import project_file
from tests.bot.pipelines._memory import (
    ANN,
    BEN,
    CLEO,
    NOON,
    OLD,
    SHA,
    JumpingClock,
    MemoryErrors,
    MemoryPeople,
    MemoryProbe,
    MemoryReactions,
    MemoryRepository,
    MemoryVendor,
    report,
)

__all__ = ["ANN", "BEN", "CLEO", "NOON", "OLD", "SHA", "World", "pawlogic", "report"]


SHORT = {"deployment_timeout": 120, "checks_wait": 60, "health_timeout": 60, "vendor_patience": 60}


def pawlogic(**timings) -> Project:
    facts = project_file.facts()
    return Project.model_validate(facts | {"timings": SHORT | timings})


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
        self.people, self.reactions = MemoryPeople(), MemoryReactions()
        self.errors = MemoryErrors(self.clock)
        self.holds = Holds(
            store=HoldsStore(self.db),
            project=self.project,
            cards=CountingCards(),
            clock=self.clock,
            switches={("api", name): self.vendor for name in self.project.environments},
        )
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
            consents=ConsentStore(self.db),
            holds=self.holds,
            soaks=SoakStore(self.db),
            signals=SignalsStore(self.db),
            posts=PostsStore(self.db),
            people=self.people,
            reactions=self.reactions,
            errors=self.errors,
            dispatchers={},
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
