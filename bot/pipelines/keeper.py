"""Keeps promises: finds runs the bot owes work but no workflow is doing it, and starts them again.

That happens when the bot dies between storing a request and starting it, when a workflow fell over an error
nobody foresaw, and when a bot of another version left it. Knows workflows by name only.
"""

from typing import Protocol

import structlog
from dbos import DBOS, WorkflowStatus

from bot.db.runs_reader import Start
from bot.engine.reasons import Reason
from bot.engine.states import RunState
from bot.pipelines.deploy import APPLICATION_VERSION, Deploy, workflow_id
from bot.pipelines.needs import Kit
from bot.pipelines.take_back import take_back

log = structlog.get_logger(__name__)

_ALIVE = frozenset({"ENQUEUED", "PENDING", "DELAYED"})
_STAGES = ("prepare", "rollout", "wind-down")
MOST_STARTS = 5
"""After so many lost workflows for one attempt the run fails for an internal reason; a person may retry."""


class Replicas(Protocol):
    """Our own name, and those nobody holds."""

    name: str

    async def dead_names(self) -> tuple[str, ...]:
        """Return the names of replicas that are gone."""


class Keeper:
    """Starts runs, and starts lost ones again."""

    def __init__(self, kit: Kit, deploy: Deploy, replicas: Replicas) -> None:
        self._kit = kit
        self._deploy = deploy
        self._replicas = replicas

    async def start(self, run_id: int) -> None:
        """Have the right workflow work on a run; harmless when one already does."""
        await self._enqueue(await self._kit.reader.start_of(run_id))

    async def _enqueue(self, start: Start) -> None:
        match start.state:
            case RunState.PREPARING:
                await self._deploy.enqueue_prepare(start)
            case RunState.WAITING | RunState.RUNNING:
                await self._deploy.enqueue_rollout(start)
            case RunState.CANCELLING:
                await self._deploy.enqueue_wind_down(start)
            case _:
                pass

    async def sweep(self) -> None:
        """Look at every active run once."""
        active = await self._kit.reader.active()
        for environment in self._kit.project.environments:
            count = sum(start.environment == environment for start in active)
            self._kit.metrics.runs_active(environment, count)
        for start in active:
            if await self._alive(start):
                continue
            if start.starts >= MOST_STARTS and start.state is not RunState.CANCELLING:
                await self._give_up(start)
                continue
            log.warning(
                "run without a workflow, starting it again", run=start.run_id, state=start.state.value
            )
            if not await self._never_started(start) and not await self._kit.runs.count_start(
                start.run_id, start.starts
            ):
                continue
            await self.start(start.run_id)
        for run_id in await self._kit.reader.regressed():
            if (back := await take_back(self._kit, run_id)) is not None:
                await self.start(back)

    async def _alive(self, start: Start) -> bool:
        for stage in _STAGES:
            status = await DBOS.get_workflow_status_async(workflow_id(start, stage))
            if status is None or status.status not in _ALIVE:
                continue
            if not await self._left_by_another_version(status):
                return True
            # DBOS lets nobody but its own version take it up, and counts it as holding its line for ever.
            await DBOS.cancel_workflow_async(status.workflow_id)
        return False

    async def _left_by_another_version(self, status: WorkflowStatus) -> bool:
        if status.app_version in (None, APPLICATION_VERSION):
            return False
        gone = {self._replicas.name, *await self._replicas.dead_names()}
        return status.executor_id is None or status.executor_id in gone

    async def _never_started(self, start: Start) -> bool:
        for stage in _STAGES:
            if await DBOS.get_workflow_status_async(workflow_id(start, stage)) is not None:
                return False
        return True

    async def _give_up(self, start: Start) -> None:
        now = self._kit.clock.now()
        await self._kit.runs.move(
            start.run_id,
            RunState.FAILED,
            at=now,
            actor="pawdeploy",
            attempt=start.attempt,
            reason=Reason.INTERNAL,
            fields={
                "reason": Reason.INTERNAL.value,
                "detail": f"pawdeploy fell over this run {MOST_STARTS} times; its own log says why.",
                "not_done": "The vendor's page shows what it did. Retry goes on from the open step.",
                "ended_at": now,
            },
        )
        self._kit.cards.changed()
