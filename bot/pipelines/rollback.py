"""The steps only a way back has: choose what to go back to, and keep it there."""

from dataclasses import dataclass

import structlog

from bot.engine.reasons import Reason
from bot.engine.runs import RunView
from bot.engine.states import RunState
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
        leaving = await _leaving(step)
        goal = await _goal(step, leaving)
        known = await step.kit.reader.view(goal.run) if goal.run else None
        await step.update(
            sha=goal.sha,
            target_run=goal.run,
            restore_id=await _kept(step, goal.sha),
            previous_sha=leaving,
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
    parent = await step.kit.reader.view(run.parent_id) if run.parent_id else None
    if parent is not None and live not in ("", parent.sha):
        msg = f"{run.environment} no longer runs {parent.sha[:7]} but {live[:7]}: somebody was faster."
        raise StepFailed(Reason.ALREADY_LIVE, msg)
    if parent is not None and parent.previous_sha:
        found = next((one for one in good if one.sha == parent.previous_sha), None)
        return _Goal(parent.previous_sha, found.id if found else None)
    found = next(iter(earlier(good, live)), None)
    if found is None and (before := await step.kit.reader.ran_before(run.service, run.environment, live)):
        return _Goal(before, None)
    if found is None:
        msg = f"No earlier good run of {run.service} in {run.environment} is known. Name a commit to deploy."
        raise StepFailed(Reason.NOTHING_TO_ROLL_BACK, msg)
    return _Goal(found.sha, found.id)


async def _leaving(step: Step) -> str:
    """Return the commit to get away from: what a run is shipping right now, else what is live."""
    run, there = step.run, place(step.kit, step.run)
    for other in await step.kit.reader.lane(run.service, run.environment):
        if other.id != run.id and other.state is RunState.RUNNING and not other.rollback:
            return other.sha
    live = await step.ask(lambda: there.shipper.live(there.target))
    return live.sha if live else ""


def earlier(good: tuple[RunView, ...], live: str) -> list[RunView]:
    """Return the good runs before the one that shipped ``live``: going back never goes forward again."""
    shipped = next((one for one in good if one.sha == live), None)
    seen: set[int] = set()
    while shipped and shipped.target_run and shipped.id not in seen:  # a way back is as old as its goal
        seen.add(shipped.id)
        shipped = next((one for one in good if one.id == shipped.target_run), None)
    return [one for one in good if one.sha != live and (shipped is None or one.id < shipped.id)]


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
    off, trouble = await _switch_off(step)
    run = step.run
    why = f"run {run.parent_id} was taken back" if run.parent_id else f"rolled back to {run.sha[:7]}"
    await step.kit.holds.hold_after_rollback(
        run.id, run.service, run.environment, reason=f"{why} (run {run.id})", auto_deploy_off=off
    )
    said = ["locked"]
    if off and not trouble:
        said.append("the platform's auto-deploy was switched off")
    return "; ".join([*said, *([trouble] if trouble else [])])


async def _switch_off(step: Step) -> tuple[bool, str]:
    """Switch auto-deploy off if it is on. Trouble is said, and does not keep anybody from going back."""
    there = place(step.kit, step.run)
    was_on = "off" in await step.recall()
    try:
        if not was_on:
            was_on = bool(await there.shipper.auto_deploys(there.target))
            if not was_on:
                return False, ""
            # Kept before the effect: after a crash between, it is switched off all the same.
            await step.remember(off=["yes"])
        await there.shipper.set_auto_deploys(there.target, on=False)
    except VendorError as error:
        log.warning("auto-deploy was not switched off", run=step.run.id, trouble=str(error))
        return was_on, "whether a push deploys by itself is not known: look at the platform's settings"
    return True, ""
