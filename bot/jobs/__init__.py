"""What runs when: one table, and the runner that keeps a failing job from stopping the others.

The only place that knows APScheduler, and one of the few that catch everything.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """Something done every ``every`` seconds, one at a time."""

    name: str
    every: float
    work: Callable[[], Awaitable[object]]


class Jobs:
    """Starts and stops the table."""

    def __init__(self, jobs: tuple[Job, ...]) -> None:
        self._jobs = jobs
        self._scheduler = AsyncIOScheduler(timezone="UTC")

    def start(self) -> None:
        """Start every job; call inside the running loop."""
        for job in self._jobs:
            self._scheduler.add_job(
                _guarded,
                "interval",
                (job,),
                id=job.name,
                seconds=job.every,
                max_instances=1,
                coalesce=True,
                replace_existing=True,
            )
        self._scheduler.start()

    @property
    def running(self) -> bool:
        """Whether the scheduler is at work."""
        return bool(self._scheduler.running)

    def stop(self) -> None:
        """Start no job any more."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)


async def _guarded(job: Job) -> None:
    try:
        await job.work()
    except Exception:
        log.exception("a job failed and will run again", job=job.name)
