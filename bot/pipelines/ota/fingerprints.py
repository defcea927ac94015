"""The fingerprints of a commit's native part, as its statuses at GitHub tell; if not, asked for once."""

from collections.abc import Mapping

from bot.engine.mobile import AppPlatform
from bot.engine.reasons import Reason
from bot.errors import StepFailed, VendorRejected
from bot.pipelines.dispatch import Job, once_only
from bot.pipelines.ota.builds import Builds
from bot.pipelines.ota.ground import Ground
from bot.pipelines.step import Step

Prints = Mapping[AppPlatform, str]


async def fingerprints(step: Step, here: Ground, builds: Builds) -> tuple[Prints, str]:
    """Return the commit's fingerprint by platform, and why one could not be had."""
    wanted = frozenset(builds)
    had = await told(step, here)
    if wanted <= had.keys() or not here.config.fingerprints:
        return had, ""
    await step.say("no fingerprint of the commit yet; having it taken")
    try:
        await _take(step, _job(step, here))
    except (StepFailed, VendorRejected) as error:
        return await told(step, here), f"Its fingerprint could not be taken: {error}"
    return await _appear(step, here, wanted), ""


async def _take(step: Step, job: Job) -> None:
    """Have them taken. A start that nobody can find is made again: taken twice they are the same."""
    try:
        await once_only(step, job)
    except StepFailed:
        if "id" in await step.recall():
            raise
        await step.remember()
        await once_only(step, job)


def _job(step: Step, here: Ground) -> Job:
    return Job(
        file=here.config.workflow,
        inputs={"action": "fingerprint"},
        what="The workflow that takes fingerprints",
        done="taken",
        limit=step.kit.project.timings.deployment_timeout,
        failed=Reason.NATIVE_UNKNOWN,
        unknown=Reason.NATIVE_UNKNOWN,
        say_failed=lambda said: f"The workflow that takes fingerprints failed: {said[:200].rstrip('.')}.",
    )


async def _appear(step: Step, here: Ground, wanted: frozenset[AppPlatform]) -> Prints:
    """Read them again, for as long as GitHub may take to list a status."""
    timings, since = step.kit.project.timings, step.kit.clock.now()
    while True:
        had = await told(step, here)
        late = (step.kit.clock.now() - since).total_seconds() >= timings.vendor_settle
        if wanted <= had.keys() or late:
            return had
        await step.pause(min(timings.poll, timings.vendor_settle))


async def told(step: Step, here: Ground) -> Prints:
    """Return what the commit's statuses say by now, by platform."""
    prefix = here.config.fingerprints
    if not prefix:
        return {}
    statuses = await step.ask(lambda: step.kit.repository.statuses(here.app.repository, step.run.sha))
    found = {platform: statuses.get(f"{prefix}/{platform.value}", "").strip() for platform in AppPlatform}
    return {platform: value for platform, value in found.items() if value}
