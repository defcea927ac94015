"""Keeps promises: finds runs the bot owes work but no workflow is doing it, and starts them again.

That happens when the bot dies between storing a request and starting it, and when a workflow fell over an
error nobody foresaw. Knows workflows by name only.
"""

import structlog
from dbos import DBOS

from bot.db.runs_reader import Start
from bot.engine.reasons import Reason
from bot.engine.states import RunState
from bot.pipelines.deploy import APPLICATION_VERSION, Deploy, workflow_id
from bot.pipelines.needs import Kit

log = structlog.get_logger(__name__)

_ALIVE = frozenset({"ENQUEUED", "PENDING", "DELAYED"})
_STAGES = ("prepare", "rollout", "wind-down")
MOST_STARTS = 5
"""After so many lost workflows for one attempt the run fails for an internal reason; a person may retry."""


class Keeper:
    """Starts runs, and starts lost ones again."""

    def __init__(self, kit: Kit, deploy: Deploy) -> None:
        self._kit = kit
        self._deploy = deploy

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

    async def _alive(self, start: Start) -> bool:
        for stage in _STAGES:
            status = await DBOS.get_workflow_status_async(workflow_id(start, stage))
            # Of another version: this bot cannot take it up, whatever DBOS says of it.
            ours = status is not None and status.app_version in (None, APPLICATION_VERSION)
            if status is not None and ours and status.status in _ALIVE:
                return True
        return False

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
