"""A world in which workflows of the project file are started: the desk, the people, the workflows at GitHub.

A run is driven step by step as ``bot/pipelines/deploy.py`` does; the bot can die between any two.
"""

from dataclasses import replace

from bot.engine.runs import RunView
from bot.engine.states import RunState, StepName, StepState
from bot.pipelines import settle
from bot.pipelines.desk import Desk
from bot.pipelines.player import Player
from bot.pipelines.requests import WorkflowRequest
from bot.pipelines.voices import Voices
from bot.project import Project
from tests.bot.pipelines._asking import AskingWorld, Left, asking_project
from tests.bot.pipelines._workflows import MemoryWorkflows
from tests.bot.pipelines._world import ANN, BEN, CLEO

UNGUARDED = {
    "name": "upgrade",
    "title": "Run the migrations",
    "service": "api",
    "environment": "staging",
    "file": "migrate.yml",
    "inputs": {"action": "upgrade"},
}
"""A workflow nobody is asked about."""
PLACES = (("api", "staging"), ("api", "production"), ("mobile", "production"))


def mending_project(*gone: str, **changes: object) -> Project:
    """Return a project with the repository's workflows and ``UNGUARDED``, without those ``gone``.

    ``changes``: what is different in all of them, besides that none is followed for long.
    """
    facts = asking_project().model_dump(mode="json")
    changes = {"timeout": 120} | changes
    workflows = [one | changes for one in (*facts["workflows"], UNGUARDED) if one["name"] not in gone]
    return Project.model_validate(facts | {"workflows": workflows})


class Starts:
    """Stands where the keeper stands: remembers whom it was asked to start."""

    def __init__(self) -> None:
        self.runs: list[int] = []

    async def start(self, run_id: int) -> None:
        self.runs.append(run_id)


class MendingWorld(AskingWorld):
    """One run that starts a workflow."""

    workflows: MemoryWorkflows
    desk: Desk
    starts: Starts

    def __post_init__(self) -> None:
        self.starts = Starts()
        super().__post_init__()

    def _join(self) -> None:
        super()._join()
        if not hasattr(self, "workflows"):
            self.workflows = MemoryWorkflows(self.clock)
        self.kit = replace(
            self.kit,
            shippers=dict.fromkeys(PLACES, self.vendor),
            dispatchers=dict.fromkeys(PLACES, self.workflows),
        )
        self.player, self.voices = Player(self.kit), Voices(self.kit)
        self.desk = Desk(self.kit, self.starts)

    def born_again(self, project: Project | None = None) -> "MendingWorld":
        """As ``AskingWorld``; GitHub's workflows stay too."""
        new = super().born_again(project)
        new.workflows = self.workflows
        new._join()
        return new

    async def wanted(self, workflow: str = "downgrade", *, key: str = "incident:1:step", **more) -> RunView:
        """Have Ann's incident start a workflow."""
        facts = {"by": ANN, "why": "the index locks the table"} | more
        run = await self.desk.run_workflow(WorkflowRequest(key=key, workflow=workflow, **facts))
        self.run_id = run.id
        return run

    async def until_asked(self, workflow: str = "downgrade") -> RunView:
        """Have it wanted, and ask people."""
        await self.wanted(workflow)
        return await self.ask()

    async def ask(self) -> RunView:
        """Find the commit, ask, show the card, hear reactions."""
        assert await self.step(StepName.RESOLVE) == "done"
        self.clock.then(self.clock.passed, self.post)
        self.clock.then(self.clock.passed + 3, self.leave)
        try:
            await self.step(StepName.CONSENT)
        except Left:
            self.clock.slept.clear()
        return await self.now()

    async def agreed(self, *users: str) -> str:
        """Have ``users`` approve what is asked now; say how asking ends."""
        run = await self.now()
        assert run.asking is not None
        for user in users:
            await self.voices.approve(run.id, run.asking.binding, user)
        return await self.step(StepName.CONSENT)

    async def in_line(self, workflow: str = "downgrade") -> RunView:
        """Bring it to where its turn comes next."""
        run = await self.until_asked(workflow)
        if run.asking is not None:
            assert await self.agreed(*(BEN, CLEO)[: run.asking.quorum]) == "done"
        await self.get_in_line()
        return await self.now()

    async def my_turn(self, workflow: str = "downgrade") -> RunView:
        """Bring it to where the workflow is started next."""
        await self.in_line(workflow)
        assert await self.step(StepName.LINE) == "done"
        return await self.now()

    async def finish(self) -> RunView:
        """Do what is done when every step is."""
        run = await self.now()
        await settle.finish(self.kit, self.run_id, run.attempt)
        return await self.now()

    async def retry(self) -> RunView:
        """Press Retry, and bring it to the workflow again."""
        run = await self.desk.retry(self.run_id, (await self.now()).attempt, ANN)
        await self.get_in_line()
        assert await self.step(StepName.LINE) == "done"
        return run

    async def cancelled(self) -> RunView:
        """Press Cancel, and have it finished."""
        await self.desk.cancel(self.run_id, BEN)
        for step in (await self.now()).steps:
            if step.state is StepState.RUNNING:
                await self.step(step.name)
        await settle.wind_down(self.kit, self.run_id)
        run = await self.now()
        assert run.state is RunState.CANCELLED
        return run
