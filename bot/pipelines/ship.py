"""The steps that move things: record on GitHub, start the deployment once, follow it to its end."""

from functools import partial

from bot.engine.reasons import Reason
from bot.engine.runs import RunView
from bot.engine.shipping import PRE_DEPLOY, TERMINAL, Phase, Progress, Shipment
from bot.errors import StepFailed, VendorRejected, VendorUnavailable
from bot.pipelines.migrate import failed
from bot.pipelines.places import Place, place
from bot.pipelines.step import Step, why

_ENDS = {
    Phase.FAILED: (Reason.DEPLOYMENT_FAILED, "failed"),
    Phase.CRASHED: (Reason.DEPLOYMENT_CRASHED, "crashed"),
    Phase.SKIPPED: (Reason.DEPLOYMENT_SKIPPED, "was skipped"),
    Phase.REMOVED: (Reason.DEPLOYMENT_REMOVED, "was removed"),
}
_GOING = frozenset({Phase.QUEUED, Phase.BUILDING, Phase.DEPLOYING})
_SHIPMENT = {"railway": "Railway deployment", "github-workflow": "GitHub workflow run"}
"""What each method of pawdeploy.toml starts, as its vendor calls it."""


async def record(step: Step) -> str:
    """Have one deployment record on GitHub for this run."""
    run, there, github = step.run, place(step.kit, step.run), step.kit.repository
    repository = there.service.repository

    async def find_or_create() -> int:
        # Found anew before each try: an answer that was lost may have left a record.
        if found := await github.find_deployment(repository, run.sha, run.environment, run.id):
            return found
        return await github.create_deployment(
            repository,
            run.sha,
            run.environment,
            run.id,
            production=there.environment.guarded,
            description=f"pawdeploy run {run.id}",
        )

    number = run.github_deployment or await step.ask(find_or_create)
    await step.update(github_deployment=number)
    return f"GitHub deployment {number}"


async def ship(step: Step) -> str:
    """Start exactly one deployment at the vendor, however often this is interrupted."""
    there = place(step.kit, step.run)
    if not step.run.deployment_id:
        shipment = await _started_before(step) or await _start(step)
        await step.update(deployment_id=shipment.id, vendor_page=shipment.page)
    return f"{_SHIPMENT[there.environment.method]} {step.run.deployment_id.partition('-')[0]}"


async def _started_before(step: Step) -> Shipment | None:
    """After a crash between asking and knowing: look for the deployment that may have come of it."""
    memory = await step.recall()
    if "known" not in memory:
        return None
    return await _appears(step, frozenset(memory["known"]))


async def _start(step: Step) -> Shipment:
    there = place(step.kit, step.run)
    platform = await step.ask(there.shipper.platform)
    if not platform.stable and not step.run.rollback:  # an incident is no reason to stay where it hurts
        msg = f"The platform reports an incident: {platform.note or 'no details given'}."
        raise StepFailed(Reason.PLATFORM_UNSTABLE, msg)
    await _others_have_ended(step)
    before = await step.ask(lambda: there.shipper.deployments(there.target))
    known = [shipment.id for shipment in before]
    await step.remember(known=known)
    timings = step.kit.project.timings
    asked_since = step.kit.clock.now()
    while True:
        await step.stop_if_cancelled()
        try:
            return await _begin(step, there) or await _rolled_back(step, frozenset(known))
        except VendorUnavailable as error:
            # It may have heard us. Look before asking again, or there would be two.
            await step.say(f"{error.vendor} did not answer, looking for the deployment ({why(error)})")
            if found := await _appears(step, frozenset(known)):
                return found
            if (step.kit.clock.now() - asked_since).total_seconds() >= timings.vendor_patience:
                raise
            await step.pause(error.retry_after or timings.poll)


async def _begin(step: Step, there: Place) -> Shipment | None:
    """Start the deployment; None when the vendor was asked and does not say which it became."""
    run = step.run
    if run.restore_id and await _image_kept(step, there):
        try:
            await there.shipper.roll_back(there.target, run.restore_id)
        except VendorRejected as error:
            await step.say(f"the image can't be brought back, building {run.sha[:7]} again ({error.detail})")
        else:
            return None
    return await there.shipper.start(there.target, run.sha, run=run.id)


async def _image_kept(step: Step, there: Place) -> bool:
    return await step.ask(lambda: there.shipper.can_roll_back(there.target, step.run.restore_id))


async def _rolled_back(step: Step, known: frozenset[str]) -> Shipment:
    """Find the deployment an accepted rollback became; it is never asked for twice."""
    await step.say("asked, looking for the deployment")
    since = step.kit.clock.now()
    while (step.kit.clock.now() - since).total_seconds() < step.kit.project.timings.vendor_patience:
        if found := await _appears(step, known):
            return found
    msg = (
        "The platform took the rollback and shows no deployment of it. Look at its page before anything else."
    )
    raise StepFailed(Reason.DEPLOYMENT_TIMED_OUT, msg)


async def _others_have_ended(step: Step) -> None:
    """Wait for what earlier runs left going at the vendor: of two at once the older may end up live."""
    while going := await _still_going(step):
        run, seen = going
        if step.overdue(step.kit.project.timings.deployment_timeout):
            msg = (
                f"The deployment of run {run} has not ended ({seen.raw}), so none was started beside it. "
                f"Cancel run {run}, then Retry."
            )
            raise StepFailed(Reason.DEPLOYMENT_TIMED_OUT, msg)
        await step.say(f"waiting for the deployment of run {run} to end ({seen.phase.value})")
        await step.pause(step.kit.project.timings.poll)


async def _still_going(step: Step) -> tuple[int, Progress] | None:
    there = place(step.kit, step.run)
    for run, deployment in await step.kit.reader.unfollowed(step.run):
        try:
            seen = await step.ask(partial(there.shipper.look, there.target, deployment))
        except VendorRejected:
            continue  # the vendor no longer knows it
        if seen.phase in _GOING:
            return run, seen
    return None


async def _appears(step: Step, known: frozenset[str]) -> Shipment | None:
    """Watch the vendor's list for our commit under an id not ``known``, for ``timings.vendor_settle``."""
    there, timings = place(step.kit, step.run), step.kit.project.timings
    looked_since = step.kit.clock.now()
    while True:
        listed = await step.ask(lambda: there.shipper.deployments(there.target))
        taken = known | await step.kit.reader.taken(step.run)
        for shipment in listed:
            if may_be_ours(shipment, step.run, taken):
                return shipment
        if (step.kit.clock.now() - looked_since).total_seconds() >= timings.vendor_settle:
            return None
        await step.pause(min(timings.poll, timings.vendor_settle))


def may_be_ours(shipment: Shipment, run: RunView, taken: frozenset[str]) -> bool:
    """Say whether ``run`` may have started ``shipment``; ``taken`` were there before, or are other runs'."""
    return shipment.id not in taken and shipment.sha == run.sha and shipment.run in (None, run.id)


async def follow(step: Step) -> str:
    """Watch the deployment until the vendor calls it live, or not."""
    there, timings = place(step.kit, step.run), step.kit.project.timings
    deployment = step.run.deployment_id
    while True:
        seen = await step.ask(lambda: there.shipper.look(there.target, deployment))
        if seen.phase in TERMINAL:
            break
        if seen.phase is Phase.NEEDS_APPROVAL:
            msg = "The vendor waits for somebody to approve this deployment. Approve it there, then Retry."
            raise StepFailed(Reason.DEPLOYMENT_NEEDS_APPROVAL, msg)
        if step.overdue(timings.deployment_timeout):
            minutes = timings.deployment_timeout / 60
            msg = f"The deployment was still {seen.raw} after {minutes:.0f} min. Retry goes on watching it."
            raise StepFailed(Reason.DEPLOYMENT_TIMED_OUT, msg, said=await last_lines(step))
        await step.say(await _doing(step, seen))
        await step.pause(timings.poll)
    if seen.phase is Phase.LIVE:
        return f"live ({seen.raw})"
    raise await _ended_badly(step, seen)


async def _doing(step: Step, seen: Progress) -> str:
    if seen.phase is Phase.UNKNOWN:
        return f"vendor says {seen.raw}"
    if seen.phase is not Phase.DEPLOYING or not step.run.changes:
        return seen.phase.value
    there = place(step.kit, step.run)
    try:
        migrating = await there.shipper.pre_deploy(there.target, step.run.deployment_id)
    except (VendorRejected, VendorUnavailable):
        return seen.phase.value
    return "migrating" if migrating and migrating.state == "running" else seen.phase.value


async def _ended_badly(step: Step, seen: Progress) -> StepFailed:
    if seen.failed_step == PRE_DEPLOY:
        return StepFailed(
            Reason.MIGRATION_FAILED, failed(seen.failing or seen.raw), said=await last_lines(step)
        )
    reason, word = _ENDS[seen.phase]
    failing = f" {seen.failing[:300]}." if seen.failing else ""
    return StepFailed(reason, f"The deployment {word} ({seen.raw}).{failing}", said=await last_lines(step))


async def last_lines(step: Step) -> tuple[str, ...]:
    """Return the end of the deployment's log, or nothing: logs never decide an outcome."""
    there = place(step.kit, step.run)
    try:
        return await there.shipper.last_lines(there.target, step.run.deployment_id)
    except (VendorRejected, VendorUnavailable):
        return ()
