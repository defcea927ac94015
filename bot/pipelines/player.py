"""Play one step of a run: start it once, end it once, and turn however it ended into the run's state.

Being called again is normal, after a crash, a retry or a takeover; what is finished stays finished.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Literal

from bot.db.runs_store import Note, StepChange
from bot.engine.aftermath import not_done, refused
from bot.engine.reasons import Reason
from bot.engine.runs import RunView
from bot.engine.states import MOBILE, RunKind, RunState, StepName, StepState
from bot.errors import AskAgain, CancelRequested, StepFailed, VendorError, VendorUnavailable
from bot.pipelines import known, migrate, mobile, owed, rollback, watch, workflow
from bot.pipelines.consent import consent
from bot.pipelines.gather import checks, resolve
from bot.pipelines.guard import changes, soak
from bot.pipelines.needs import Kit
from bot.pipelines.ota import back as ota_back
from bot.pipelines.ota import native, publish, rollout, start
from bot.pipelines.places import find
from bot.pipelines.release import build, bump, devices, order, review, submit
from bot.pipelines.ship import follow, record, ship
from bot.pipelines.step import Step
from bot.pipelines.turn import my_turn
from bot.pipelines.verify import health, smoke

Ending = Literal["done", "stopped", "again"]
"""``stopped``: failed, cancelled or no longer ours; the run's state says which. ``again``: a new attempt is
stored and has to be started."""

RESOLVE: dict[RunKind, Callable[[Step], Awaitable[str]]] = {
    RunKind.DEPLOY: resolve,
    RunKind.ROLLBACK: rollback.resolve,
    RunKind.WORKFLOW: workflow.resolve,
    RunKind.UPDATE: start.resolve,
    RunKind.UPDATE_BACK: ota_back.resolve,
    RunKind.RELEASE: submit.resolve,
    RunKind.STORE: order.resolve,
}
"""What the first step does, by kind; every other step does the same in every run that has it."""
WORK: dict[StepName, Callable[[Step], Awaitable[str]]] = {
    StepName.CHECKS: checks,
    StepName.SOAK: soak,
    StepName.CHANGES: changes,
    StepName.NATIVE: native.native,
    StepName.BUMP: bump.bump,
    StepName.BUILD: build.build,
    StepName.DEVICES: devices.devices,
    StepName.CONSENT: consent,
    StepName.LINE: my_turn,
    StepName.HOLD: rollback.hold,
    StepName.RECORD: record,
    StepName.MIGRATE: migrate.migrate,
    StepName.WORKFLOW: workflow.run,
    StepName.PUBLISH: publish.publish,
    StepName.ROLLOUT: rollout.rollout,
    StepName.REVERT: ota_back.revert,
    StepName.SUBMIT: submit.submit,
    StepName.REVIEW: review.review,
    StepName.STORE: order.order,
    StepName.SHIP: ship,
    StepName.FOLLOW: follow,
    StepName.HEALTH: health,
    StepName.SMOKE: smoke,
    StepName.WATCH: watch.watch,
}
_PLAYING = frozenset({RunState.PREPARING, RunState.WAITING, RunState.RUNNING})


@dataclass(frozen=True, slots=True)
class Player:
    """Plays steps of runs."""

    kit: Kit

    async def play(self, run_id: int, attempt: int, name: StepName) -> Ending:
        """Bring step ``name`` of this attempt to its end, or find that it has ended already."""
        run = await self.kit.reader.view(run_id)
        if run is None or run.attempt != attempt:
            return "stopped"
        state = run.step(name).state
        if state is StepState.DONE:
            return "done"
        if run.state not in _PLAYING:
            if state is StepState.RUNNING:
                await self._end(run_id, name, StepState.CANCELLED, run.step(name).note)
            return "stopped"
        if state is not StepState.RUNNING:
            await self.kit.runs.write_step(
                run_id, name, state=StepState.RUNNING.value, started_at=self.kit.clock.now()
            )
            self.kit.cards.changed()
            run = await self.kit.reader.view(run_id) or run
        return await self._work(Step(self.kit, run, name))

    async def _work(self, step: Step) -> Ending:
        began, result = perf_counter(), StepState.FAILED
        work = RESOLVE[step.run.kind] if step.name is StepName.RESOLVE else WORK[step.name]
        try:
            note = await work(step)
        except AskAgain:
            result = StepState.TODO
            return "again"
        except CancelRequested:
            result = StepState.CANCELLED
            await self._end(step.run.id, step.name, StepState.CANCELLED, "cancelled")
        except StepFailed as failure:
            await self._fail(step, failure)
        except VendorError as error:
            await self._fail(step, _as_failure(error))
        else:
            result = StepState.DONE
            await self._end(step.run.id, step.name, StepState.DONE, note)
        finally:
            self.kit.metrics.step_ended(step.name.value, result.value, perf_counter() - began)
        return "done" if result is StepState.DONE else "stopped"

    async def _end(self, run_id: int, name: StepName, state: StepState, note: str) -> None:
        await self.kit.runs.write_step(
            run_id, name, state=state.value, ended_at=self.kit.clock.now(), note=note
        )
        self.kit.cards.changed()

    async def _fail(self, step: Step, failure: StepFailed) -> None:
        run, now = step.run, self.kit.clock.now()
        # Once its turn is taken, also before a crash, nothing is "refused" any more: no such transition.
        gate = refused(failure.reason) and run.state is not RunState.RUNNING
        target = RunState.REFUSED if gate else RunState.FAILED
        note = Note(f"run:{run.id}:log:{run.attempt}", "\n".join(failure.said)) if failure.said else None
        ended = StepChange(name=step.name, state=StepState.FAILED, ended_at=now, note=str(failure)[:200])
        moved = await self.kit.runs.move(
            run.id,
            target,
            at=now,
            actor="pawdeploy",
            attempt=run.attempt,
            reason=failure.reason,
            step=ended,
            note=note,
            fields={
                "reason": failure.reason.value,
                "detail": str(failure),
                "not_done": not_done(
                    step.name,
                    run.environment,
                    started=await self._started(run),
                    kind=run.kind,
                    out=run.kind in MOBILE and known.out(run),
                ),
                "live": await self._live(run),
                "ended_at": now,
            },
        )
        done_already = failure.reason is Reason.ALREADY_LIVE
        if moved and run.going_back and (run.automatic or target is RunState.FAILED) and not done_already:
            await owed.page(self.kit, await self.kit.reader.view(run.id) or run)
        if not moved:  # cancelled in the same moment: the cancel wins, the step still says how it ended
            await self._end(run.id, step.name, StepState.FAILED, ended.note)
        self.kit.cards.changed()

    async def _started(self, run: RunView) -> bool:
        """Say whether the vendor is known to have what the run started."""
        if run.kind in MOBILE:
            return await mobile.started(self.kit, run)
        if run.has(StepName.WORKFLOW):
            return "id" in await self.kit.reader.memory(run.id, StepName.WORKFLOW)
        return bool(run.deployment_id)

    async def _live(self, run: RunView) -> str:
        """Say what serves now as far as the vendor tells; unknown is said as unknown."""
        if run.kind in MOBILE:
            return await mobile.as_it_stands(self.kit, run)
        there = find(self.kit, run.service, run.environment)
        if there is None or not run.deployment_id:
            return ""
        try:
            live = await there.shipper.live(there.target)
        except VendorError:
            return f"What {run.environment} runs now is unknown: the vendor does not answer."
        if live is None or not live.sha:
            return f"What {run.environment} runs now is unknown."
        untouched = live.id != run.deployment_id and live.sha == run.previous_sha
        return f"{run.environment} {'still' if untouched else 'now'} runs {live.sha[:7]}."


def _as_failure(error: VendorError) -> StepFailed:
    reason = Reason.VENDOR_UNAVAILABLE if isinstance(error, VendorUnavailable) else Reason.VENDOR_REJECTED
    return StepFailed(reason, f"{str(error).rstrip('.')}.")
