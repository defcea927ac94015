"""A run, forwards or back, as two durable workflows; steps a run does not have are passed over.

``prepare`` may run for many runs at once; ``rollout`` waits in its environment's line, a queue partition that
lets one through at a time. Both only play steps: what a step did is in our tables, where a workflow stands is
in DBOS's, and a crash between the two is a step found finished.
"""

from collections.abc import Callable, Coroutine
from dataclasses import replace

from dbos import DBOS, DBOSConfiguredInstance, SetEnqueueOptions, SetWorkflowID

from bot.db.runs_reader import Start
from bot.engine.states import HELD, RunState, StepName, StepState, lane
from bot.pipelines import settle
from bot.pipelines.needs import Kit
from bot.pipelines.player import Ending, Player
from bot.pipelines.sentry import tell_sentry
from bot.pipelines.take_back import take_back

APPLICATION_VERSION = "deploy-4"
"""Raised when the workflows change shape: a new bot with the same version finishes the old one's runs."""

PREPARE_QUEUE = "prepare"
ROLLOUT_QUEUE = "rollouts"

_PREPARING = (
    StepName.RESOLVE,
    StepName.CHECKS,
    StepName.SOAK,
    StepName.CHANGES,
    StepName.NATIVE,
    StepName.BUMP,
    StepName.BUILD,
    StepName.DEVICES,
    StepName.CONSENT,
)
_APPS = (
    StepName.PUBLISH,
    StepName.ROLLOUT,
    StepName.REVERT,
    StepName.SUBMIT,
    StepName.REVIEW,
    StepName.STORE,
)
_FIRST, _IN_TURN = 1, 10
"""Priorities in an environment's line: what mends goes before whatever else waits."""


class _Stopped(Exception):  # noqa: N818 - not an error: the way out of a workflow
    """A step did not end well; what follows it is not played."""


class _Again(Exception):  # noqa: N818 - not an error: the way out of a workflow
    """The run starts over as a new attempt."""


@DBOS.dbos_class("Deploy")
class Deploy(DBOSConfiguredInstance):
    """The workflows, bound to what they work with."""

    def __init__(self, kit: Kit) -> None:
        super().__init__("deploy")
        self._kit = kit
        self._player = Player(kit)

    @DBOS.workflow(name="prepare", max_recovery_attempts=None)
    async def prepare(self, run_id: int, attempt: int, starts: int) -> None:
        """Find out what ships, pass the gates, have people agree, get in line."""
        try:
            for name in _PREPARING:
                await self._play(run_id, attempt, name)
            await self._step("get in line", self._get_in_line, run_id, attempt)
        except _Again:
            await self.enqueue_prepare(await self._kit.reader.start_of(run_id))
        except _Stopped:
            await self._settle(run_id)
        else:
            start = await self._kit.reader.start_of(run_id)
            await self.enqueue_rollout(replace(start, starts=starts))

    @DBOS.workflow(name="rollout", max_recovery_attempts=None)
    async def rollout(self, run_id: int, attempt: int) -> None:
        """Ship, verify and watch, alone in this environment; take back what hurts."""
        try:
            await self._play(run_id, attempt, StepName.LINE)
            await self._play(run_id, attempt, StepName.HOLD)
            await self._play(run_id, attempt, StepName.RECORD)
            await self._step("tell github", self._tell_github, run_id)
            await self._play(run_id, attempt, StepName.MIGRATE)
            await self._play(run_id, attempt, StepName.WORKFLOW)
            for name in _APPS:
                await self._play(run_id, attempt, name)
            await self._play(run_id, attempt, StepName.SHIP)
            await self._play(run_id, attempt, StepName.FOLLOW)
            await self._step("tell sentry", self._tell_sentry, run_id)
            await self._play(run_id, attempt, StepName.HEALTH)
            await self._play(run_id, attempt, StepName.SMOKE)
            await self._play(run_id, attempt, StepName.WATCH)
            await self._step("finish", self._finish, run_id, attempt)
        except _Again:
            await self.enqueue_prepare(await self._kit.reader.start_of(run_id))
            return
        except _Stopped:
            # Started before this one leaves the place. Outside the step: DBOS lets no step start a workflow.
            back = await DBOS.run_step_async({"name": "take back"}, take_back, self._kit, run_id)
            if back is not None:
                await self.enqueue_prepare(await self._kit.reader.start_of(back))
        await self._settle(run_id)

    @DBOS.workflow(name="wind_down", max_recovery_attempts=None)
    async def wind_down(self, run_id: int) -> None:
        """Finish a cancel that no other workflow of the run is awake to finish."""
        await self._settle(run_id)

    async def enqueue_prepare(self, start: Start) -> None:
        """Start a run, or do nothing when this start of it exists."""
        with SetWorkflowID(workflow_id(start, "prepare")):
            await DBOS.enqueue_workflow_async(
                PREPARE_QUEUE, self.prepare, start.run_id, start.attempt, start.starts
            )

    async def enqueue_rollout(self, start: Start) -> None:
        """Put a run in its environment's line, or do nothing when it stands there."""
        place = (start.service, start.environment, lane(start.kind))
        line = SetEnqueueOptions(
            queue_partition_key="/".join(part for part in place if part),
            priority=_IN_TURN if start.kind in HELD else _FIRST,
        )
        with SetWorkflowID(workflow_id(start, "rollout")), line:
            await DBOS.enqueue_workflow_async(ROLLOUT_QUEUE, self.rollout, start.run_id, start.attempt)

    async def enqueue_wind_down(self, start: Start) -> None:
        """Have a cancel finished outside the line."""
        with SetWorkflowID(workflow_id(start, "wind-down")):
            await DBOS.enqueue_workflow_async(PREPARE_QUEUE, self.wind_down, start.run_id)

    async def _play(self, run_id: int, attempt: int, name: StepName) -> None:
        await self._step(name.value, self._player.play, run_id, attempt, name)

    async def _step(
        self, name: str, work: Callable[..., Coroutine[None, None, Ending]], *args: object
    ) -> None:
        ending = await DBOS.run_step_async({"name": name}, work, *args)
        if ending == "stopped":
            raise _Stopped
        if ending == "again":
            raise _Again

    async def _settle(self, run_id: int) -> None:
        await DBOS.run_step_async({"name": "wind down"}, settle.wind_down, self._kit, run_id)
        await self._step("tell github", self._tell_github, run_id)
        await self._step("tell followers", self._tell_followers, run_id)

    async def _tell_followers(self, run_id: int) -> Ending:
        await settle.tell_followers(self._kit, run_id)
        return "done"

    async def _tell_sentry(self, run_id: int) -> Ending:
        await tell_sentry(self._kit, run_id)
        return "done"

    async def _tell_github(self, run_id: int) -> Ending:
        await settle.tell_github(self._kit, run_id)
        return "done"

    async def _finish(self, run_id: int, attempt: int) -> Ending:
        await settle.finish(self._kit, run_id, attempt)
        return "done"

    async def _get_in_line(self, run_id: int, attempt: int) -> Ending:
        now = self._kit.clock.now()
        moved = await self._kit.runs.move(
            run_id,
            RunState.WAITING,
            at=now,
            actor="pawdeploy",
            attempt=attempt,
            fields={"line_at": now},
        )
        if moved:
            await self._kit.runs.write_step(
                run_id, StepName.LINE, state=StepState.RUNNING.value, started_at=now
            )
            self._kit.cards.changed()
        run = await self._kit.reader.start_of(run_id)
        return "done" if run.state is RunState.WAITING and run.attempt == attempt else "stopped"


def workflow_id(start: Start, stage: str) -> str:
    """Name one start of one stage of one attempt: the same name is the same workflow."""
    return f"run-{start.run_id}.{start.attempt}.{start.starts}-{stage}"
