"""Have Expo delete an update group: it does so later, as a job that is followed. Twice asked, once done."""

from bot.engine.mobile import JobState
from bot.engine.reasons import Reason
from bot.errors import StepFailed, VendorRejected, VendorUnavailable
from bot.pipelines.ota.ground import Ground
from bot.pipelines.ota.groups import GONE, look
from bot.pipelines.step import Step, why


def job_key(group: str) -> str:
    """Name what a step remembers of a deletion: that it was asked for, then the job's id."""
    return f"job.{group}"


async def deleted(step: Step, here: Ground, group: str) -> None:
    """Return once Expo has none of ``group``.

    Raises:
        StepFailed: ``revert_failed``, when Expo says that it could not.
        VendorError: when it cannot be asked.

    """
    timings, since = step.kit.project.timings, step.kit.clock.now()
    key = job_key(group)
    while True:
        if await look(step.ask, here, group) is None:
            return
        memory = await step.recall()
        job = memory.get(key, [""])[0]
        if not job:
            await step.remember(**memory | {key: [""]})  # before the effect: whose doing it was is known
            job = await _ask(step, here, group)
            if job:
                await step.remember(**memory | {key: [job]})
        elif await _failed(step, here, job):
            await step.remember(**memory | {key: [""]})
        if (step.kit.clock.now() - since).total_seconds() >= timings.vendor_patience:
            msg = f"Expo did not delete update group {group[:8]} within {timings.vendor_patience:.0f} s."
            raise StepFailed(Reason.REVERT_FAILED, f"{msg} It may still reach people.")
        await step.pause(min(timings.poll, 2.0))


async def _ask(step: Step, here: Ground, group: str) -> str:
    """Ask for it; empty when no answer came, or it is gone already: then it is looked up."""
    try:
        return await here.expo.delete_group(group)
    except VendorUnavailable as error:
        await step.say(f"{error.vendor} did not answer, asking again ({why(error)})")
        return ""
    except VendorRejected as error:
        if error.status != GONE:
            raise
        return ""


async def _failed(step: Step, here: Ground, job: str) -> bool:
    """Say whether a job is lost and another has to be asked for.

    Raises:
        StepFailed: when Expo says that it failed.

    """
    try:
        state, said = await step.ask(lambda: here.expo.job(job))
    except VendorRejected as error:
        if error.status != GONE:
            raise
        return True
    if state is JobState.FAILED:
        msg = f"Expo could not delete the update: {said or 'no reason given'}. It may still reach people."
        raise StepFailed(Reason.REVERT_FAILED, msg)
    return False
