"""The steps only a way back has: choose what to go back to, and keep it there."""

from dataclasses import dataclass

import structlog

from bot.engine.reasons import Reason
from bot.engine.runs import RunView
from bot.errors import StepFailed, VendorError
from bot.pipelines.places import place
from bot.pipelines.step import Step

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Goal:
    sha: str
    run: int | None


async def resolve(step: Step) -> str:
    """Choose, for good, the run to go back to; and the vendor's deployment of it, if the image is kept."""
    run, there = step.run, place(step.kit, step.run)
    if not run.sha:
        live = await step.ask(lambda: there.shipper.live(there.target))
        goal = await _goal(step, live.sha if live else "")
        known = await step.kit.reader.view(goal.run) if goal.run else None
        await step.update(
            sha=goal.sha,
            target_run=goal.run,
            restore_id=await _kept(step, goal.sha),
            previous_sha=live.sha if live else "",
            commit_title=known.commit_title if known else "",
            commit_author=known.commit_author if known else "",
            commit_url=known.commit_url if known else "",
            environment_url=there.environment.base_url,
        )
    to = f"run {step.run.target_run}, " if step.run.target_run else ""
    how = "its image is kept" if step.run.restore_id else "its image is gone, it is built again"
    return f"{to}{step.run.sha[:7]}; {how}"


async def _goal(step: Step, live: str) -> _Goal:
    run = step.run
    good = await step.kit.reader.good_runs(run.service, run.environment)
    if run.ref:
        return _listed(run, good, live)
    if run.parent_id and (parent := await step.kit.reader.view(run.parent_id)) and parent.previous_sha:
        found = next((one for one in good if one.sha == parent.previous_sha), None)
        if parent.previous_sha != live:
            return _Goal(parent.previous_sha, found.id if found else None)
    found = next((one for one in good if one.sha != live), None)
    if found is None:
        msg = f"No earlier good run of {run.service} in {run.environment} is known. Name a commit to deploy."
        raise StepFailed(Reason.NOTHING_TO_ROLL_BACK, msg)
    return _Goal(found.sha, found.id)


def _listed(run: RunView, good: tuple[RunView, ...], live: str) -> _Goal:
    """Find what was typed among the good runs: a run's number, or the beginning of a SHA."""
    found = next(
        (
            one
            for one in good
            if run.ref == str(one.id) or (len(run.ref) >= 7 and one.sha.startswith(run.ref))
        ),
        None,
    )
    if found is None:
        listed = ", ".join(f"{one.id} ({one.sha[:7]})" for one in good[:5]) or "none"
        msg = (
            f"“{run.ref[:60]}” is not a good run of {run.service} in {run.environment}. There are: {listed}."
        )
        raise StepFailed(Reason.NOTHING_TO_ROLL_BACK, msg)
    if found.sha == live:
        raise StepFailed(Reason.ALREADY_LIVE, f"{run.environment} already runs {live[:7]}.")
    return _Goal(found.sha, found.id)


async def _kept(step: Step, sha: str) -> str:
    """Return the newest deployment of ``sha`` whose image the vendor still keeps; empty when none."""
    there = place(step.kit, step.run)
    for shipment in await step.ask(lambda: there.shipper.deployments(there.target)):
        if shipment.sha == sha and shipment.can_roll_back:
            return shipment.id
    return ""


async def hold(step: Step) -> str:
    """Keep what is brought back: lock the place, and switch the platform's own deploys off."""
    memory = await step.recall()
    off, trouble = bool(memory.get("off")), ""
    if "off" not in memory:
        off, trouble = await _switch_off(step)
    run = step.run
    why = f"run {run.parent_id} was taken back" if run.parent_id else f"rolled back to {run.sha[:7]}"
    await step.kit.holds.hold_after_rollback(
        run.id, run.service, run.environment, reason=f"{why} (run {run.id})", auto_deploy_off=off
    )
    said = ["locked"]
    if off:
        said.append("the platform's auto-deploy was switched off")
    return "; ".join([*said, *([trouble] if trouble else [])])


async def _switch_off(step: Step) -> tuple[bool, str]:
    """Switch auto-deploy off if it is on. Trouble is said, and does not keep anybody from going back."""
    there = place(step.kit, step.run)
    try:
        if not await there.shipper.auto_deploys(there.target):
            return False, ""
        # Kept before the effect: a crash between leaves the lock offering to switch it on again.
        await step.remember(off=["yes"])
        await there.shipper.set_auto_deploys(there.target, on=False)
    except VendorError as error:
        log.warning("auto-deploy was not switched off", run=step.run.id, trouble=str(error))
        return False, "whether a push deploys by itself is not known: look at the platform's settings"
    return True, ""
