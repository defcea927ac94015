"""The desk takes what people ask of runs; the answer is a ``RunView``, or a ``UserError`` that says why."""

from bot.db.runs_store import Value
from bot.engine.aftermath import redo, retryable
from bot.engine.reasons import Reason
from bot.engine.runs import Diff, EnvironmentStatus, Preview, RollbackPreview, RunView
from bot.engine.states import CANCELLABLE, RETRYABLE, RunKind, RunState, StepName, StepState
from bot.errors import UserError
from bot.pipelines.keeper import Keeper
from bot.pipelines.look import Looker
from bot.pipelines.needs import Kit
from bot.pipelines.places import Place, find
from bot.pipelines.plan import deploy_steps, workflow_steps
from bot.pipelines.preview import Previewer
from bot.pipelines.preview_back import preview_back
from bot.pipelines.requests import DeployRequest, RollbackRequest, WorkflowRequest
from bot.pipelines.take_back import store
from bot.pipelines.way_back import earlier
from bot.pipelines.workflow import described

_NEEDS_WINDING_DOWN = frozenset({RunState.WAITING, RunState.FAILED, RunState.REFUSED})


class Desk:
    """Where handlers turn to."""

    def __init__(self, kit: Kit, keeper: Keeper) -> None:
        self._kit = kit
        self._keeper = keeper
        self._looker = Looker(kit)
        self._previewer = Previewer(kit, self._looker)

    async def deploy(self, request: DeployRequest) -> RunView:
        """Store the request, then start its run; asked twice with one key it is one run."""
        there = self._place(request.service, request.environment)
        run_id = await self._kit.runs.create(
            key=request.key,
            service=request.service,
            environment=request.environment,
            ref=request.ref,
            again=request.again,
            by=request.by,
            at=self._kit.clock.now(),
            card_channel=self._kit.project.channels.deploys,
            steps=deploy_steps(there.service, there.environment),
            more={"emergency": request.emergency},
        )
        self._kit.cards.changed()
        await self._keeper.start(run_id)
        return await self.run(run_id)

    async def rollback(self, request: RollbackRequest) -> RunView:
        """Store a way back, then start it.

        Raises:
            UserError: when one is under way already.

        """
        self._place(request.service, request.environment)
        if known := await self._kit.reader.of_key(request.key):
            return known
        for run in await self._kit.reader.lane(request.service, request.environment):
            if run.rollback:
                raise _under_way(run)
        run_id = await store(self._kit, request)
        await self._keeper.start(run_id)
        return await self.run(run_id)

    async def run_workflow(self, request: WorkflowRequest) -> RunView:
        """Store a run that starts a workflow, then start it; asked twice with one key it is one run.

        Raises:
            UserError: when the project file has none of that name.

        """
        if known := await self._kit.reader.of_key(request.key):
            await self._keeper.start(known.id)
            return await self.run(known.id)
        entry = self._kit.project.workflow(request.workflow)
        if entry is None:
            raise _no_such_workflow(request.workflow, [one.name for one in self._kit.project.workflows])
        there = find(self._kit, entry.service, entry.environment)
        assert there is not None  # noqa: S101 - the project file is checked as a whole; narrowed for mypy
        run_id = await self._kit.runs.create(
            key=request.key,
            service=entry.service,
            environment=entry.environment,
            ref=entry.ref or there.service.default_branch,
            again=False,
            by=request.by,
            at=self._kit.clock.now(),
            card_channel=self._kit.project.channels.deploys,
            kind=RunKind.WORKFLOW,
            steps=workflow_steps(there.environment),
            more={"why": request.why, **described(entry)},
        )
        self._kit.cards.changed()
        await self._keeper.start(run_id)
        return await self.run(run_id)

    async def preview_rollback(self, request: RollbackRequest) -> RollbackPreview:
        """Say where going back would lead and what it would do; change nothing."""
        return await preview_back(self._kit, self._place(request.service, request.environment), request)

    async def rollback_choices(self, service: str, environment: str) -> tuple[RunView, ...]:
        """Return the runs one can go back to: the last good one first, never what runs now."""
        there = self._place(service, environment)
        live = await there.shipper.live(there.target)
        good = await self._kit.reader.good_runs(service, environment)
        first = earlier(good, live.sha if live else "")
        return (*first, *(run for run in good if run not in first and (live is None or run.sha != live.sha)))

    async def override_soak(self, run_id: int, attempt: int, by: str, reason: str) -> RunView:
        """Go on with a run that has not soaked, for ``reason``; one more person has to approve it."""
        return await self._override(run_id, attempt, by, reason, Reason.NOT_SOAKED)

    async def override_native(self, run_id: int, attempt: int, by: str, reason: str) -> RunView:
        """Go on with an update not known to be JavaScript only; one more person has to approve it."""
        return await self._override(run_id, attempt, by, reason, Reason.NATIVE_UNKNOWN)

    async def _override(self, run_id: int, attempt: int, by: str, why: str, over: Reason) -> RunView:
        run = await self.run(run_id)
        if run.reason is not over:
            raise _moved_on(run)
        return await self._again(run, attempt, by, {"override": why, "override_by": by, "binding": ""})

    async def keep(self, run_id: int, by: str) -> RunView:
        """Keep what a watch could not judge."""
        run = await self.run(run_id)
        if run.reason is not Reason.WATCH_INCONCLUSIVE or not await self._kit.runs.keep(
            run_id, by=by, at=self._kit.clock.now()
        ):
            raise _moved_on(await self.run(run_id))
        self._kit.cards.changed()
        return await self.run(run_id)

    async def retry(self, run_id: int, attempt: int, by: str) -> RunView:
        """Go on with a run that ended badly, from the step that failed."""
        run = await self.run(run_id)
        # Who is asked again is asked for a time that has not passed yet.
        anew: dict[str, Value] = {"binding": ""} if run.reason is Reason.EXPIRED else {}
        return await self._again(run, attempt, by, anew)

    async def _again(self, run: RunView, attempt: int, by: str, more: dict[str, Value]) -> RunView:
        run_id = run.id
        if run.attempt != attempt or not retryable(run.state, run.reason) or run.taken_back:
            raise _moved_on(run)
        if run.kind is RunKind.DEPLOY and (newer := await self._kit.reader.shipped_after(run)):
            raise _overtaken(run, newer)
        failed = next((step.name for step in run.steps if step.state is StepState.FAILED), None)
        again = redo(failed, run.reason or Reason.INTERNAL) if failed else frozenset[StepName]()
        if "override" in more:  # it goes on from what is known
            again -= {failed}
        if "binding" in more:
            again |= {StepName.CONSENT}
        cleared: dict[str, Value] = {
            "reason": "",
            "detail": "",
            "not_done": "",
            "live": "",
            "ended_at": None,
            "line_at": None,
        }
        fresh = {"deployment_id": "", "vendor_page": ""} if StepName.SHIP in again else {}
        moved = await self._kit.runs.move(
            run_id,
            RunState.PREPARING,
            at=self._kit.clock.now(),
            actor=by,
            attempt=attempt,
            only_from=RETRYABLE,
            fields=cleared | fresh | more | {"attempt": attempt + 1, "starts": 1},
            redo=again,
        )
        if not moved:
            raise _moved_on(await self.run(run_id))
        self._kit.cards.changed()
        await self._keeper.start(run_id)
        return await self.run(run_id)

    async def cancel(self, run_id: int, by: str) -> RunView:
        """Stop a run wherever it is; on one that ended badly, close it for good."""
        while True:
            run = await self.run(run_id)
            if run.state not in CANCELLABLE:
                raise _moved_on(run)
            gone_back = run.kind is RunKind.UPDATE and run.taken_back is not None
            if run.watching or run.reason is Reason.REGRESSED or gone_back:
                raise _has_shipped(run)
            moved = await self._kit.runs.move(
                run_id,
                RunState.CANCELLING,
                at=self._kit.clock.now(),
                actor=by,
                only_from=frozenset({run.state}),
                fields={"cancelled_by": by},
            )
            if moved:  # else it moved on in the same moment: look again, a Cancel must not get lost
                break
        self._kit.cards.changed()
        if run.state in _NEEDS_WINDING_DOWN:
            await self._keeper.start(run_id)
        return await self.run(run_id)

    def _place(self, service: str, environment: str) -> Place:
        there = find(self._kit, service, environment)
        if (
            there is None or self._kit.project.service(service) is None
        ):  # an app is shipped by workflows alone
            msg = f"pawdeploy.toml knows no service {service} in {environment}."
            raise UserError(msg, reason=Reason.UNKNOWN_ENVIRONMENT)
        return there

    async def run(self, run_id: int) -> RunView:
        """Return a run.

        Raises:
            UserError: when there is none of that number.

        """
        found = await self._kit.reader.view(run_id)
        if found is None:
            msg = f"There is no run {run_id}. `/pawdeploy history` lists the newest."
            raise UserError(msg, reason=Reason.STALE_BUTTON)
        return found

    async def history(self, environment: str | None, *, limit: int = 10) -> tuple[RunView, ...]:
        """Return the newest runs."""
        return await self._kit.reader.history(environment, limit=limit)

    async def status(self) -> tuple[EnvironmentStatus, ...]:
        """Return what runs where, as observed now."""
        return await self._looker.status()

    async def diff(self, service: str, environment: str, ref: str) -> Diff:
        """Return what a deploy would ship."""
        return await self._looker.diff(service, environment, ref)

    async def preview(self, request: DeployRequest) -> Preview:
        """Walk every gate and change nothing."""
        return await self._previewer.preview(request)


def _no_such_workflow(name: str, names: list[str]) -> UserError:
    every = ", ".join(f"`{one}`" for one in names) or "none"
    asked = name[:40].replace("`", "'")
    msg = f"pawdeploy.toml has no workflow `{asked}`. There are: {every}."
    return UserError(msg, reason=Reason.UNKNOWN_WORKFLOW)


def _overtaken(run: RunView, newer: RunView) -> UserError:
    msg = (
        f"Run {run.id} is not the newest here: run {newer.id} shipped to {run.environment} since. "
        f"Start a new one with `/pawdeploy {run.environment}`."
    )
    return UserError(msg, reason=Reason.STALE_BUTTON)


def _has_shipped(run: RunView) -> UserError:
    stands = "is being watched" if run.watching else "was taken back"
    command = "/pawota" if run.kind is RunKind.UPDATE else "/pawdeploy"
    msg = (
        f"Run {run.id} has shipped and {stands}; there is nothing left to cancel. "
        f"To go back: `{command} rollback {run.environment}`."
    )
    return UserError(msg, reason=Reason.STALE_BUTTON)


def _under_way(run: RunView) -> UserError:
    msg = (
        f"Run {run.id} already rolls `{run.environment}` back, asked by <@{run.requested_by}>. "
        "Its card shows how far it is; Cancel is there too."
    )
    return UserError(msg, reason=Reason.ROLLBACK_UNDER_WAY)


def _moved_on(run: RunView) -> UserError:
    msg = f"Run {run.id} has moved on: it is {run.state.value} now. Its card shows what can be done."
    return UserError(msg, reason=Reason.STALE_BUTTON)
