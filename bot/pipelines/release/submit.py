"""Hand the builds to the stores, once: one submission a build, whatever crashes.

The step's memory: ``passed``, the submissions that failed before this attempt; then what ``dispatch`` keeps.
"""

from functools import partial

from bot.engine.app_versions import live, not_newer
from bot.engine.mobile import BOTH, NAMES, OVER, AppPlatform, Build, Stage, Submission
from bot.engine.reasons import Reason
from bot.engine.shipping import Phase
from bot.engine.states import StepName
from bot.engine.stores import STORES
from bot.errors import StepFailed, VendorError
from bot.pipelines.dispatch import Job, look, started
from bot.pipelines.gather import keep_commit
from bot.pipelines.guard import refuse_a_strangers_commit
from bot.pipelines.known import keep, of_release
from bot.pipelines.release.appearing import appear, refuse_overdue
from bot.pipelines.release.build import named
from bot.pipelines.release.made import submission_of
from bot.pipelines.release.shop import Shop, sentence, shop, store_of
from bot.pipelines.step import Step, once
from bot.pipelines.step_wait import step_wait

_UNTOLD = "whether it is newer than what is live could not be told"
"""Begins why a store is ``unasked`` before anything is handed over."""


async def resolve(step: Step) -> str:
    """Say which builds are meant; for a release that builds, which commit, for good."""
    here, run = shop(step.kit, step.run), step.run
    if not run.has(StepName.BUILD):
        builds = of_release(run).builds
        return " · ".join(named(builds[one]) for one in BOTH if one in builds)
    if not run.sha:
        ref = run.ref or here.app.default_branch
        await keep_commit(step, ref)
        await refuse_a_strangers_commit(step)
    return f"{step.run.ref[:60]} is {step.run.sha[:7]}"


async def refuse_older_than_live(step: Step) -> None:
    """Stop at a build that is no newer than what people have, unless it is handed over already.

    A store that refuses to be asked, or does not answer for ``vendor_patience``, stops nothing: the card says
    that it could not be told, and the store looks itself.

    Raises:
        StepFailed: ``older_than_live``.

    """
    known = of_release(step.run)
    unasked = dict(known.unasked)
    asked_before = frozenset(one for one, why in unasked.items() if why.startswith(_UNTOLD))
    for platform, build in known.builds.items():
        store = store_of(step.kit, step.run.service, platform)
        if platform in known.submissions or store is None:
            continue
        ask = once if platform in asked_before else step.ask  # patience is spent once, not at every look
        try:
            there = live(await ask(store.versions))
        except VendorError as error:
            unasked[platform] = f"{_UNTOLD}: {error}"
            continue
        unasked.pop(platform, None)
        if there is not None and not_newer(build, there):
            number = f" ({there.number})" if there.number else ""
            msg = f"{sentence(STORES[platform])} has {there.version}{number} live, and {named(build)}"
            msg = f"{msg} is not newer."
            raise StepFailed(Reason.OLDER_THAN_LIVE, msg)
    if unasked != known.unasked:
        await keep(step, known.model_copy(update={"unasked": unasked}))


async def submit(step: Step) -> str:
    """Hand over every build that was not yet; wait until the stores have them all."""
    here = shop(step.kit, step.run)
    await _begin(step, here)
    if _missing(step):
        await refuse_older_than_live(step)
        await _hand_over(step, here)
    await _follow(step, here)
    return f"handed over; the stores look at it now{_untold(step)}"


def _untold(step: Step) -> str:
    """Say which builds could not be compared with what is live; empty when all were."""
    known = of_release(step.run)
    builds = [known.builds[one] for one in BOTH if known.unasked.get(one, "").startswith(_UNTOLD)]
    return f"; {_UNTOLD}: {' and '.join(named(one) for one in builds)}" if builds else ""


def job_of(here: Shop, builds: list[Build]) -> Job:
    """Return the workflow that hands ``builds`` over, and what it is sent."""
    return Job(
        file=here.config.workflow,
        inputs={"action": "submit"} | {f"build_{one.platform.value}": one.id for one in builds},
        what="The workflow that hands over",
        done="handed over",
        limit=here.config.build_timeout,
        failed=Reason.SUBMISSION_FAILED,
        unknown=Reason.SUBMISSION_UNKNOWN,
        say_failed=lambda said: f"The workflow that hands the builds over failed: {said[:300].rstrip('.')}.",
    )


async def _begin(step: Step, here: Shop) -> None:
    """Learn what was handed over already; note, before anything is started, what failed before."""
    known, memory = of_release(step.run), await step.recall()
    if "passed" in memory:
        await _look_up(step, here, frozenset(memory["passed"]))
        return
    passed, there = [], {}
    for platform, build in known.builds.items():
        found = await submission_of(step.ask, here, build, passed=frozenset())
        if found is not None and found.stage in (Stage.FAILED, Stage.CANCELLED):
            passed.append(found.id)
        elif found is not None:
            there[platform] = found
    await _keep(step, there)
    await step.remember(passed=passed)


def _missing(step: Step) -> list[Build]:
    known = of_release(step.run)
    return [known.builds[one] for one in BOTH if one in known.builds and one not in known.submissions]


async def _hand_over(step: Step, here: Shop) -> None:
    """Start the workflow unless this attempt has; wait until Expo has a submission of every build."""
    job, passed = job_of(here, _missing(step)), frozenset((await step.recall())["passed"])
    workflow = await started(step, job)

    async def there() -> bool:
        await _look_up(step, here, passed)
        return not _missing(step)

    await appear(
        step,
        job,
        over=lambda: _workflow_over(step, here, job, workflow, passed),
        there=there,
        lacking=lambda: _lacking(_missing(step)),
        says=("handing over", "the workflow is done; looking for it at Expo"),
    )


def _lacking(builds: list[Build]) -> StepFailed:
    lacking = " and ".join(named(one) for one in builds)
    msg = f"The workflow is done, and Expo lists no submission of {lacking}. Retry looks again."
    return StepFailed(Reason.SUBMISSION_UNKNOWN, msg)


async def _workflow_over(step: Step, here: Shop, job: Job, workflow: str, passed: frozenset[str]) -> bool:
    """Say whether the workflow is done. One that failed says less than the submissions that it made."""
    try:
        return (await look(step, job, workflow)).phase is Phase.LIVE
    except StepFailed:
        await _look_up(step, here, passed)
        _refuse_ended_badly(of_release(step.run).submissions)
        if _missing(step):
            raise
        return True


async def _look_up(step: Step, here: Shop, passed: frozenset[str]) -> None:
    known = of_release(step.run)
    there = dict(known.submissions)
    for platform, build in known.builds.items():
        if platform not in there and (found := await submission_of(step.ask, here, build, passed=passed)):
            there[platform] = found
    await _keep(step, there)


async def _keep(step: Step, submissions: dict[AppPlatform, Submission]) -> None:
    known = of_release(step.run)
    if submissions == known.submissions:
        return
    known = known.model_copy(update={"submissions": submissions})
    first = next((submissions[one] for one in BOTH if one in submissions), None)
    page = first.page if first else ""
    await step.update(
        mobile=known.encode(),
        deployment_id=first.id if first else "",
        vendor_page=page or step.run.vendor_page,
    )


async def _follow(step: Step, here: Shop) -> None:
    """Wait until every submission has ended, then stop at one that ended badly."""
    while True:
        there = of_release(step.run).submissions
        for platform, one in there.items():
            if one.stage not in OVER:
                seen = await step.ask(partial(here.expo.submission, one.id))
                there = there | {platform: seen}
        await _keep(step, there)
        going = [one for one in there.values() if one.stage not in OVER]
        if not going:
            _refuse_ended_badly(there)
            return
        refuse_overdue(step, going, here.config.build_timeout, Reason.SUBMISSION_UNKNOWN)
        await step.say(" · ".join(_progress(there[one]) for one in BOTH if one in there))
        bells = tuple(f"submission:{one.id}" for one in going)
        await step_wait(step, step.kit.project.timings.build_poll, bells)


def _progress(there: Submission) -> str:
    said = {Stage.WAITING: "in the queue", Stage.GOING: "being handed over", Stage.FINISHED: "handed over"}
    return f"{NAMES[there.platform]} {said.get(there.stage, there.raw)}"


def _refuse_ended_badly(there: dict[AppPlatform, Submission]) -> None:
    bad = [one for one in there.values() if one.stage in (Stage.FAILED, Stage.CANCELLED)]
    if not bad:
        return
    said = tuple(link for one in bad for link in (one.logs or one.page,) if link)
    msg = " ".join(_ended_badly(one) for one in bad)
    raise StepFailed(Reason.SUBMISSION_FAILED, f"{msg} Retry hands over only what is missing.", said=said)


def _ended_badly(one: Submission) -> str:
    store = STORES[one.platform]
    if one.stage is Stage.CANCELLED:
        return f"Handing over to {store} was cancelled at Expo."
    why = one.error[:300].rstrip(".") or "Expo does not say why"
    return f"Handing over to {store} failed: {why}."
