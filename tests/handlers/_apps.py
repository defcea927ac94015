"""Apps in memory for the door's own tests: every call kept, runs in the desk. ``trouble`` is raised next."""

import dataclasses

from bot.engine.app_status import AppStatus
from bot.engine.mobile import DeviceReport
from bot.engine.reasons import Reason
from bot.engine.runs import RunView
from bot.engine.states import RunKind, RunState
from bot.errors import UserError
from bot.pipelines.requests import OrderRequest, ReleaseRequest, UpdateBackRequest, UpdateRequest
from tests.handlers._desk import MemoryDesk


class _Memory:
    def __init__(self, desk: MemoryDesk) -> None:
        self.desk = desk
        self.trouble: Exception | None = None

    def start(self, kind: RunKind, app: str, environment: str, by: str, **more) -> RunView:
        self.fail()
        facts = {"service": app, "environment": environment, "requested_by": by, "sha": ""}
        return self.desk.add(kind=kind, state=RunState.PREPARING, **facts | more)

    def fail(self) -> None:
        if self.trouble is not None:
            raise self.trouble


class MemoryUpdates(_Memory):
    """Updates over the air by the key they were asked with."""

    def __init__(self, desk: MemoryDesk) -> None:
        super().__init__(desk)
        self.requests: dict[str, UpdateRequest] = {}
        self.backs: dict[str, UpdateBackRequest] = {}
        self.promotions: list[tuple[int, int, str]] = []
        self.overrides: list[tuple[int, int, str, str]] = []
        self.now: RunView | None = None

    async def update(self, request: UpdateRequest) -> RunView:
        self.requests[request.key] = request
        return self.start(
            RunKind.UPDATE,
            request.app,
            request.environment,
            request.by,
            ref=request.ref or "main",
            why=request.message,
        )

    async def take_back(self, request: UpdateBackRequest) -> RunView:
        self.backs[request.key] = request
        return self.start(
            RunKind.UPDATE_BACK,
            request.app,
            request.environment,
            request.by,
            ref="",
            emergency=request.emergency,
        )

    async def promote(self, run_id: int, stage: int, by: str) -> RunView:
        self.fail()
        self.promotions.append((run_id, stage, by))
        return await self.desk.run(run_id)

    async def rolling(self, app: str, environment: str) -> RunView:
        self.fail()
        if self.now is None:
            raise UserError("Nothing is rolled out there now.", reason=Reason.NOTHING_TO_PROMOTE)
        return self.now

    async def override_native(self, run_id: int, attempt: int, by: str, reason: str) -> RunView:
        self.fail()
        self.overrides.append((run_id, attempt, by, reason))
        run = await self.desk.run(run_id)
        self.desk.runs[run_id] = dataclasses.replace(
            run, attempt=attempt + 1, state=RunState.PREPARING, override=reason, override_by=by
        )
        return self.desk.runs[run_id]


class MemoryReleases(_Memory):
    """Releases by the key they were asked with."""

    def __init__(self, desk: MemoryDesk) -> None:
        super().__init__(desk)
        self.requests: dict[str, ReleaseRequest] = {}
        self.orders: dict[str, OrderRequest] = {}
        self.reports: list[tuple[int, DeviceReport]] = []
        self.now: RunView | None = None
        self.unsubmitted: tuple[RunView, ...] = ()

    async def release(self, request: ReleaseRequest) -> RunView:
        self.requests[request.key] = request
        return self.start(
            RunKind.RELEASE, request.app, request.environment, request.by, ref=request.ref or "main"
        )

    async def report(self, run_id: int, said: DeviceReport) -> RunView:
        self.fail()
        self.reports.append((run_id, said))
        return await self.desk.run(run_id)

    async def order(self, request: OrderRequest) -> RunView:
        self.orders[request.key] = request
        return self.start(
            RunKind.STORE, request.app, request.environment, request.by, ref="", why=request.why
        )

    async def under_way(self, app: str, environment: str) -> RunView | None:
        self.fail()
        return self.now

    async def submittable(self, app: str, environment: str) -> tuple[RunView, ...]:
        self.fail()
        return self.unsubmitted


class MemoryApps(_Memory):
    """How apps stand; ``stands`` by app and environment, else nothing is known of them."""

    def __init__(self, desk: MemoryDesk) -> None:
        super().__init__(desk)
        self.stands: dict[tuple[str, str], AppStatus] = {}
        self.asked: list[tuple[str, str]] = []

    async def status(self, app: str, environment: str) -> AppStatus:
        self.asked.append((app, environment))
        self.fail()
        return self.stands.get((app, environment)) or AppStatus(app=app, environment=environment)

    async def history(
        self, app: str, environment: str, kinds: frozenset[RunKind], *, limit: int = 10
    ) -> tuple[RunView, ...]:
        self.fail()
        newest = sorted(self.desk.runs.values(), key=lambda run: -run.id)
        wanted = [run for run in newest if (run.service, run.environment) == (app, environment)]
        return tuple(run for run in wanted if run.kind in kinds)[:limit]
