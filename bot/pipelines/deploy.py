"""The deploy of one commit, as two durable workflows.

``prepare`` may run for many runs at once; ``rollout`` waits in its environment's line, a queue partition that
lets one through at a time. Both only play steps: what a step did is in our tables, where a workflow stands is
in DBOS's, and a crash between the two is a step found finished.
"""

from collections.abc import Callable, Coroutine
from dataclasses import replace

from dbos import DBOS, DBOSConfiguredInstance, SetEnqueueOptions, SetWorkflowID

from bot.db.runs_reader import Start
from bot.engine.states import RunState, StepName, StepState
from bot.pipelines import settle
from bot.pipelines.needs import Kit
from bot.pipelines.player import Ending, Player

APPLICATION_VERSION = "deploy-1"
"""Raised when the workflows change shape: a new bot with the same version finishes the old one's runs."""

PREPARE_QUEUE = "prepare"
ROLLOUT_QUEUE = "rollouts"


class _Stopped(Exception):  # noqa: N818 - not an error: the way out of a workflow
    """A step did not end well; what follows it is not played."""


@DBOS.dbos_class("Deploy")
class Deploy(DBOSConfiguredInstance):
    """The workflows, bound to what they work with."""

    def __init__(self, kit: Kit) -> None:
        super().__init__("deploy")
        self._kit = kit
        self._player = Player(kit)

    @DBOS.workflow(name="prepare", max_recovery_attempts=None)
    async def prepare(self, run_id: int, attempt: int, starts: int) -> None:
        """Resolve the ref, read the checks, get in line."""
        try:
            await self._play(run_id, attempt, StepName.RESOLVE)
            await self._play(run_id, attempt, StepName.CHECKS)
            await self._step("get in line", self._get_in_line, run_id, attempt)
        except _Stopped:
            await self._settle(run_id)
        else:
            start = await self._kit.reader.start_of(run_id)
            await self.enqueue_rollout(replace(start, starts=starts))

    @DBOS.workflow(name="rollout", max_recovery_attempts=None)
    async def rollout(self, run_id: int, attempt: int) -> None:
        """Ship and verify, alone in this environment."""
        try:
            await self._play(run_id, attempt, StepName.LINE)
            await self._play(run_id, attempt, StepName.RECORD)
            await self._step("tell github", self._tell_github, run_id)
            await self._play(run_id, attempt, StepName.SHIP)
            await self._play(run_id, attempt, StepName.FOLLOW)
            await self._play(run_id, attempt, StepName.HEALTH)
            await self._play(run_id, attempt, StepName.SMOKE)
            await self._step("finish", self._finish, run_id, attempt)
        except _Stopped:
            pass
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
        lane = SetEnqueueOptions(queue_partition_key=f"{start.service}/{start.environment}")
        with SetWorkflowID(workflow_id(start, "rollout")), lane:
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
        if await DBOS.run_step_async({"name": name}, work, *args) == "stopped":
            raise _Stopped

    async def _settle(self, run_id: int) -> None:
        await DBOS.run_step_async({"name": "wind down"}, settle.wind_down, self._kit, run_id)
        await self._step("tell github", self._tell_github, run_id)

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
