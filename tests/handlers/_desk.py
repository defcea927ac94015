"""A desk in memory for the door's own tests: runs in a dict, answers as the Protocol says."""

import dataclasses

from bot.engine.reasons import Reason
from bot.engine.runs import (
    Commit,
    Comparison,
    Diff,
    EnvironmentStatus,
    Gate,
    Preview,
    RollbackPreview,
    RunView,
)
from bot.engine.states import CANCELLABLE, RETRYABLE, RunKind, RunState
from bot.errors import UserError
from bot.pipelines.requests import DeployRequest, RollbackRequest
from tests.handlers._runs import NOON, SHA, a_run


def a_diff(**changes) -> Diff:
    head = Commit(sha=SHA, title="List pets by age", author="Ann Reeve", url="https://github.com/c/1")
    facts = {
        "service": "api",
        "environment": "staging",
        "ref": "main",
        "head": head,
        "live_sha": "9f8e7d6" + "0" * 33,
        "comparison": a_comparison(commits=(head,), total_commits=1),
        "migrations": ("alembic/versions/0007_age.py",),
    }
    return Diff(**facts | changes)


def a_comparison(**changes) -> Comparison:
    facts = {
        "commits": (),
        "total_commits": 0,
        "files": ("app/pets.py", "alembic/versions/0007_age.py"),
        "files_complete": True,
        "additions": 40,
        "deletions": 2,
        "url": "https://github.com/compare",
        "status": "ahead",
    }
    return Comparison(**facts | changes)


def a_status(**changes) -> EnvironmentStatus:
    facts = {
        "service": "api",
        "environment": "staging",
        "url": "https://staging-api.pawlogic.app",
        "sha": SHA,
        "since": NOON,
        "health": "up; 200 ok",
        "active": None,
        "waiting": 0,
        "last": None,
    }
    return EnvironmentStatus(**facts | changes)


def a_way_back(**changes) -> RollbackPreview:
    gates = (Gate(name="image", open=True, evidence="kept: it comes back without a build"),)
    facts = {"live_sha": SHA, "sha": "9f8e7d6" + "0" * 33, "run": 11, "changes": None, "gates": gates}
    return RollbackPreview(**facts | changes)


class MemoryDesk:
    """Runs by number; ``trouble`` is raised by whatever is called next."""

    def __init__(self) -> None:
        self.runs: dict[int, RunView] = {}
        self.requests: dict[str, DeployRequest] = {}
        self.diffs: list[tuple[str, str, str]] = []
        self.rollbacks: dict[str, RollbackRequest] = {}
        self.looked_back: RollbackRequest | None = None
        self.choices: tuple[RunView, ...] = ()
        self.trouble: Exception | None = None

    def add(self, **changes) -> RunView:
        run = a_run(**{"id": len(self.runs) + 1} | changes)
        self.runs[run.id] = run
        return run

    async def deploy(self, request: DeployRequest) -> RunView:
        self._fail()
        known = list(self.requests)
        self.requests[request.key] = request
        if request.key in known:
            return self.runs[known.index(request.key) + 1]
        return self.add(
            state=RunState.PREPARING,
            ref=request.ref,
            environment=request.environment,
            requested_by=request.by,
            sha="",
        )

    async def preview(self, request: DeployRequest) -> Preview:
        self._fail()
        gate = Gate(name="checks", open=False, evidence="red: lint")
        return Preview(diff=a_diff(environment=request.environment, ref=request.ref), gates=(gate,))

    async def rollback(self, request: RollbackRequest) -> RunView:
        self._fail()
        self.rollbacks[request.key] = request
        return self.add(
            kind=RunKind.ROLLBACK,
            state=RunState.PREPARING,
            ref=request.to,
            environment=request.environment,
            requested_by=request.by,
            sha="",
        )

    async def preview_rollback(self, request: RollbackRequest) -> RollbackPreview:
        self._fail()
        self.looked_back = request
        return a_way_back()

    async def rollback_choices(self, service: str, environment: str) -> tuple[RunView, ...]:
        self._fail()
        return self.choices

    async def retry(self, run_id: int, attempt: int, by: str) -> RunView:
        run = await self.run(run_id)
        if run.attempt != attempt or run.state not in RETRYABLE:
            raise UserError("Run has moved on.", reason=Reason.STALE_BUTTON)
        self.runs[run_id] = dataclasses.replace(run, attempt=attempt + 1, state=RunState.PREPARING)
        return self.runs[run_id]

    async def cancel(self, run_id: int, by: str) -> RunView:
        run = await self.run(run_id)
        if run.state not in CANCELLABLE:
            raise UserError("Run has moved on.", reason=Reason.STALE_BUTTON)
        self.runs[run_id] = dataclasses.replace(run, state=RunState.CANCELLING, cancelled_by=by)
        return self.runs[run_id]

    async def override_soak(self, run_id: int, attempt: int, by: str, reason: str) -> RunView:
        run = await self.run(run_id)
        self.runs[run_id] = dataclasses.replace(
            run, attempt=attempt + 1, state=RunState.PREPARING, override=reason, override_by=by
        )
        return self.runs[run_id]

    async def keep(self, run_id: int, by: str) -> RunView:
        self.runs[run_id] = dataclasses.replace(await self.run(run_id), kept_by=by)
        return self.runs[run_id]

    async def run(self, run_id: int) -> RunView:
        self._fail()
        if run_id not in self.runs:
            msg = f"There is no run {run_id}."
            raise UserError(msg, reason=Reason.STALE_BUTTON)
        return self.runs[run_id]

    async def status(self) -> tuple[EnvironmentStatus, ...]:
        self._fail()
        return (a_status(),)

    async def history(self, environment: str | None, *, limit: int = 10) -> tuple[RunView, ...]:
        self._fail()
        newest = sorted(self.runs.values(), key=lambda run: -run.id)
        return tuple(run for run in newest if environment in {None, run.environment})[:limit]

    async def diff(self, service: str, environment: str, ref: str) -> Diff:
        self._fail()
        self.diffs.append((service, environment, ref))
        return a_diff(service=service, environment=environment, ref=ref)

    def _fail(self) -> None:
        if self.trouble is not None:
            raise self.trouble


class Roster:
    """Who holds which role, as a plain table."""

    def __init__(self, holders: dict[str, frozenset[str]]) -> None:
        self.holders = holders

    async def allowed(self, user: str, roles: tuple[str, ...]) -> bool:
        return any(user in self.holders.get(role, frozenset()) for role in roles)

    def who_can(self, roles: tuple[str, ...]) -> str:
        return "members of <!subteam^S0BACKEND01> or <@U0ANNREQ001>"
