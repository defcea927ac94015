"""The steps only a way back has: choose what to go back to, and keep it there."""

import structlog

from bot.errors import VendorError
from bot.pipelines.places import place
from bot.pipelines.step import Step
from bot.pipelines.way_back import Wanted, choose, kept, leaving

log = structlog.get_logger(__name__)


async def resolve(step: Step) -> str:
    """Choose, for good, the run to go back to; and the vendor's deployment of it, if the image is kept."""
    run, there = step.run, place(step.kit, step.run)
    if not run.sha:
        wanted = await _wanted(step)
        live = await leaving(step.kit, there, wanted, step.ask)
        goal = await choose(step.kit, wanted, live)
        known = await step.kit.reader.view(goal.run) if goal.run else None
        await step.update(
            sha=goal.sha,
            target_run=goal.run,
            restore_id=await kept(there, goal.sha, step.ask),
            previous_sha=live,
            commit_title=known.commit_title if known else "",
            commit_author=known.commit_author if known else "",
            commit_url=known.commit_url if known else "",
            environment_url=there.environment.base_url,
        )
    to = f"run {step.run.target_run}, " if step.run.target_run else ""
    how = "its image is kept" if step.run.restore_id else "its image is gone, it is built again"
    return f"{to}{step.run.sha[:7]}; {how}"


async def _wanted(step: Step) -> Wanted:
    run = step.run
    return Wanted(
        service=run.service,
        environment=run.environment,
        to=run.ref,
        parent=await step.kit.reader.view(run.parent_id) if run.parent_id else None,
        itself=run.id,
    )


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
