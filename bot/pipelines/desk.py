"""The desk takes what people ask of runs; the answer is a ``RunView``, or a ``UserError`` that says why."""

from dataclasses import dataclass

from bot.engine.aftermath import redo
from bot.engine.reasons import Reason
from bot.engine.runs import Diff, EnvironmentStatus, Preview, RunView
from bot.engine.states import CANCELLABLE, RETRYABLE, RunState, StepName, StepState
from bot.errors import UserError
from bot.pipelines.keeper import Keeper
from bot.pipelines.look import Looker
from bot.pipelines.needs import Kit

_NEEDS_WINDING_DOWN = frozenset({RunState.WAITING, RunState.FAILED, RunState.REFUSED})


@dataclass(frozen=True, kw_only=True, slots=True)
class DeployRequest:
    """What somebody asked for. ``key`` names the delivery: the same key is the same run."""

    key: str
    service: str
    environment: str
    ref: str
    again: bool
    by: str
    """Slack user id."""


class Desk:
    """Where handlers turn to."""

    def __init__(self, kit: Kit, keeper: Keeper) -> None:
        self._kit = kit
        self._keeper = keeper
        self._looker = Looker(kit)

    async def deploy(self, request: DeployRequest) -> RunView:
        """Store the request, then start its run; asked twice with one key it is one run."""
        run_id = await self._kit.runs.create(
            key=request.key,
            service=request.service,
            environment=request.environment,
            ref=request.ref,
            again=request.again,
            by=request.by,
            at=self._kit.clock.now(),
            card_channel=self._kit.project.channels.deploys,
        )
        self._kit.cards.changed()
        await self._keeper.start(run_id)
        return await self.run(run_id)

    async def retry(self, run_id: int, attempt: int, by: str) -> RunView:
        """Go on with a run that ended badly, from the step that failed."""
        run = await self.run(run_id)
        if run.attempt != attempt or run.state not in RETRYABLE:
            raise _moved_on(run)
        if newer := await self._kit.reader.shipped_after(run):
            msg = (
                f"Run {run.id} is not the newest here: run {newer.id} shipped to {run.environment} since. "
                f"Start a new one with `/pawdeploy {run.environment}`."
            )
            raise UserError(msg, reason=Reason.STALE_BUTTON)
        failed = next((step.name for step in run.steps if step.state is StepState.FAILED), None)
        again = redo(failed, run.reason or Reason.INTERNAL) if failed else frozenset[StepName]()
        cleared: dict[str, str | int | None] = {
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
            fields=cleared | fresh | {"attempt": attempt + 1, "starts": 1},
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
        return await self._looker.preview(
            request.service, request.environment, request.ref, again=request.again
        )


def _moved_on(run: RunView) -> UserError:
    msg = f"Run {run.id} has moved on: it is {run.state.value} now. Its card shows what can be done."
    return UserError(msg, reason=Reason.STALE_BUTTON)
