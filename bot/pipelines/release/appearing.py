"""Wait for what a release's workflow makes at Expo, until it is there and has ended. Starts nothing."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime

from bot.engine.mobile import NAMES, Build, Submission
from bot.engine.reasons import Reason
from bot.errors import StepFailed
from bot.pipelines.dispatch import Job
from bot.pipelines.step import Step


async def appear(
    step: Step,
    job: Job,
    *,
    over: Callable[[], Awaitable[bool]],
    there: Callable[[], Awaitable[bool]],
    lacking: Callable[[], StepFailed],
    says: tuple[str, str],
) -> None:
    """Return once all of it is ``there``; ``over``: whether the workflow is done.

    ``says``: what is waited for while the workflow runs, and after it.

    Raises:
        StepFailed: ``lacking``, a while after the workflow's end; ``job.unknown`` when it takes too long.

    """
    timings = step.kit.project.timings
    ended: datetime | None = None
    while True:
        done = ended is not None or await over()
        if await there():
            return
        now = step.kit.clock.now()
        if done and ended is None:
            ended = now
        if ended and (now - ended).total_seconds() >= timings.vendor_settle:
            raise lacking()
        if step.overdue(job.limit):
            msg = f"{job.what} was not done after {job.limit / 60:.0f} min. Look at it on GitHub first."
            raise StepFailed(job.unknown, msg)
        await step.say(says[done])
        await step.pause(min(timings.poll, timings.vendor_settle) if done else timings.poll)


def refuse_overdue(step: Step, going: Iterable[Build | Submission], limit: float, reason: Reason) -> None:
    """Stop where what is ``going`` at Expo takes longer than ``limit`` seconds.

    Raises:
        StepFailed: ``reason``.

    """
    if step.overdue(limit):
        still = ", ".join(f"{NAMES[one.platform]} {one.raw}" for one in going)
        msg = f"After {limit / 60:.0f} min Expo still says: {still}. Retry goes on following it."
        raise StepFailed(reason, msg)
