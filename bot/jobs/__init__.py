"""What runs when: one table, and the runner that keeps a failing job from stopping the others.

The only place that knows APScheduler, and one of the few that catch everything.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.schedulers.base import STATE_RUNNING

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
                name=job.name,
                seconds=job.every,
                max_instances=1,
                coalesce=True,
                replace_existing=True,
            )
        self._scheduler.start()

    @property
    def running(self) -> bool:
        """Whether the scheduler is at work."""
        return bool(self._scheduler.state == STATE_RUNNING)

    def stop(self) -> None:
        """Start no job any more; what is under way may finish, for a shutdown would cut it off."""
        self._scheduler.pause()
        self._scheduler.remove_all_jobs()


async def forever(job: Job) -> None:
    """Do a job over and over, with ``job.every`` seconds between only after it failed; cancel to stop."""
    while True:
        if not await _guarded(job):
            await asyncio.sleep(job.every)


async def once(job: Job) -> None:
    """Do a job once; that it failed is logged."""
    await _guarded(job)


async def _guarded(job: Job) -> bool:
    try:
        await job.work()
    except Exception:
        log.exception("a job failed and will run again", job=job.name)
        return False
    return True
