"""Runs that incidents start: kept in a real database, and started by nobody."""

from dataclasses import dataclass, replace

from bot.db.runs_reader import RunsReader
from bot.db.runs_store import RunsStore
from bot.db.session import Database
from bot.engine.runs import RunView
from bot.engine.states import DEPLOY_STEPS, ROLLBACK_STEPS, RunKind
from tests.bot.pipelines._memory import JumpingClock, Trouble


class MemoryRuns(Trouble):
    """Stores runs as the desk would, and starts none of them."""

    def __init__(self, db: Database, clock: JumpingClock) -> None:
        super().__init__()
        self.store, self.reader, self.clock = RunsStore(db), RunsReader(db), clock
        self.keys: list[str] = []
        self.refusal: Exception | None = None

    async def deploy(self, request):
        return await self._create(request, RunKind.DEPLOY, request.ref)

    async def rollback(self, request):
        return await self._create(request, RunKind.ROLLBACK, request.to)

    async def run_workflow(self, request):
        named = replace(_Where(), key=request.key, by=request.by)
        return await self._create(named, RunKind.WORKFLOW, "main")

    async def update(self, request):
        return await self._of_app(request, RunKind.UPDATE)

    async def take_back(self, request):
        return await self._of_app(request, RunKind.UPDATE_BACK)

    async def release(self, request):
        return await self._of_app(request, RunKind.RELEASE)

    async def order(self, request):
        return await self._of_app(request, RunKind.STORE)

    async def _of_app(self, request, kind: RunKind):
        place = _Where(service=request.app, environment=request.environment)
        return await self._create(replace(place, key=request.key, by=request.by), kind, "main")

    async def _create(self, request, kind: RunKind, ref: str) -> RunView:
        self.call(kind.value)
        if self.refusal is not None:
            raise self.refusal
        self.keys.append(request.key)
        number = await self.store.create(
            key=request.key,
            service=request.service,
            environment=request.environment,
            ref=ref,
            again=False,
            by=request.by,
            at=self.clock.now(),
            card_channel="C0DEPLOYS01",
            kind=kind,
            steps=ROLLBACK_STEPS if kind is RunKind.ROLLBACK else DEPLOY_STEPS,
        )
        self.answer(kind.value)
        run = await self.reader.view(number)
        assert run is not None
        return run


@dataclass(frozen=True)
class _Where:
    service: str = "api"
    environment: str = "production"
    key: str = ""
    by: str = ""
