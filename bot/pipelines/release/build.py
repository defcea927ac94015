"""Build every platform once and follow the builds.

The step's memory: ``passed``, the builds at Expo that an earlier attempt made; then what ``dispatch`` keeps.
The builds themselves are in the run's facts.
"""

from functools import partial

from bot.engine.mobile import BOTH, NAMES, OVER, AppPlatform, Build, Stage, marked
from bot.engine.reasons import Reason
from bot.engine.shipping import Phase
from bot.errors import StepFailed
from bot.pipelines import owed
from bot.pipelines.dispatch import Job, look, started
from bot.pipelines.known import keep, of_release
from bot.pipelines.release.appearing import appear, refuse_overdue
from bot.pipelines.release.made import builds_of, one_of_each
from bot.pipelines.release.shop import Shop, shop
from bot.pipelines.step import Step
from bot.pipelines.step_wait import step_wait


async def build(step: Step) -> str:
    """Have every platform built, once; wait until all are finished."""
    here = shop(step.kit, step.run)
    await _begin(step, here)
    if len(of_release(step.run).builds) < len(BOTH):
        await _find(step, here)
    await _follow(step, here)
    builds = of_release(step.run).builds
    for one in BOTH:
        if builds[one].artifact:
            await owed.artifact(step.kit, step.run, builds[one])
    return " · ".join(named(builds[one]) for one in BOTH)


def named(build: Build) -> str:
    """Name a build: ``iOS 1.4.1 (58)``."""
    number = f" ({build.number})" if build.number else ""
    return f"{NAMES[build.platform]} {build.version or 'build'}{number}"


def job_of(step: Step, here: Shop) -> Job:
    """Return the workflow that builds, and what it is sent."""
    version = of_release(step.run).version
    return Job(
        file=here.config.workflow,
        inputs={
            "action": "build",
            "profile": here.config.profile,
            "message": marked(version or step.run.sha[:7], step.run.id),
        },
        what="The workflow that builds",
        done="building",
        limit=here.config.build_timeout,
        failed=Reason.BUILD_FAILED,
        unknown=Reason.BUILD_UNKNOWN,
        say_failed=lambda said: f"The workflow that starts the builds failed: {said[:300].rstrip('.')}.",
    )


async def _begin(step: Step, here: Shop) -> None:
    """Note, before anything is started, which builds are not this attempt's."""
    if "passed" in await step.recall():
        return
    known = of_release(step.run)
    before = {one.id for one in known.builds.values()}
    before |= {one.id for one in await builds_of(step.ask, here, step.run)}
    await keep(step, known.model_copy(update={"builds": {}}))
    await step.remember(passed=sorted(before))


async def _find(step: Step, here: Shop) -> None:
    """Start the workflow unless this run has; wait until Expo has one build of each platform."""
    job = job_of(step, here)
    workflow = await started(step, job)
    passed = frozenset((await step.recall())["passed"])

    async def there() -> bool:
        return len(await _keep_ours(step, here, passed)) == len(BOTH)

    await appear(
        step,
        job,
        over=lambda: _workflow_over(step, here, job, workflow, passed),
        there=there,
        lacking=lambda: _lacking(of_release(step.run).builds),
        says=("starting builds", "the workflow is done; looking for the builds at Expo"),
    )


async def _workflow_over(step: Step, here: Shop, job: Job, workflow: str, passed: frozenset[str]) -> bool:
    """Say whether the workflow is done. One that failed with both builds there says less than they do."""
    try:
        return (await look(step, job, workflow)).phase is Phase.LIVE
    except StepFailed as failure:
        builds = await _keep_ours(step, here, passed)
        if len(builds) == len(BOTH):
            return True
        for one in builds.values():
            if one.stage in OVER:
                refuse_ended_badly(one, failure)
        raise


async def _keep_ours(step: Step, here: Shop, passed: frozenset[str]) -> dict[AppPlatform, Build]:
    """Return this attempt's builds as Expo has them now, kept with the run."""
    builds = await one_of_each(step.ask, here, step.run, passed=passed)
    await _keep(step, builds)
    return builds


async def _keep(step: Step, builds: dict[AppPlatform, Build]) -> None:
    known = of_release(step.run)
    if builds != known.builds:
        await keep(step, known.model_copy(update={"builds": builds}))


def _lacking(builds: dict[AppPlatform, Build]) -> StepFailed:
    lacking = " and ".join(NAMES[one] for one in BOTH if one not in builds)
    msg = f"The workflow is done, and Expo lists no build of {lacking} by this run. Retry looks again."
    return StepFailed(Reason.BUILD_UNKNOWN, msg)


async def _follow(step: Step, here: Shop) -> None:
    """Wait until every build is finished."""
    while True:
        builds = of_release(step.run).builds
        for platform, one in builds.items():
            if one.stage not in OVER:
                seen = await step.ask(partial(here.expo.build, one.id))
                builds = builds | {platform: seen}
        await _keep(step, builds)
        for one in builds.values():
            refuse_ended_badly(one)
        going = [one for one in builds.values() if one.stage not in OVER]
        if not going:
            return
        refuse_overdue(step, going, here.config.build_timeout, Reason.BUILD_UNKNOWN)
        await step.say(" · ".join(_progress(builds[one]) for one in BOTH if one in builds))
        await step_wait(step, step.kit.project.timings.build_poll, tuple(f"build:{one.id}" for one in going))


def _progress(build: Build) -> str:
    said = {
        Stage.WAITING: "in the queue",
        Stage.GOING: "being built",
        Stage.FINISHED: "built",
    }
    return f"{NAMES[build.platform]} {said.get(build.stage, build.raw)}"


def refuse_ended_badly(build: Build, cause: Exception | None = None) -> None:
    """Stop at a build that will not be finished.

    Raises:
        StepFailed: ``build_failed``, ``build_cancelled``.

    """
    platform, logs = NAMES[build.platform], tuple(one for one in (build.logs or build.page,) if one)
    if build.stage is Stage.FAILED:
        why = f": {build.error[:300].rstrip('.')}." if build.error else ". Expo does not say why."
        msg = f"The {platform} build failed{why} Retry builds every platform anew, with the same version."
        raise StepFailed(Reason.BUILD_FAILED, msg, said=logs) from cause
    if build.stage is Stage.CANCELLED:
        msg = f"The {platform} build was cancelled at Expo. Retry builds every platform anew."
        raise StepFailed(Reason.BUILD_CANCELLED, msg, said=logs) from cause
