"""Take an update back: what is there is looked at, then made gone, once."""

from bot.engine.mobile import UpdateGroup, inside, marked
from bot.engine.ota import Undo, UpdateBackFacts
from bot.engine.reasons import Reason
from bot.engine.runs import RunView
from bot.engine.states import RunKind, RunState, StepName, StepState
from bot.errors import StepFailed, VendorError, VendorUnavailable
from bot.pipelines import known
from bot.pipelines.ota.deleting import deleted
from bot.pipelines.ota.ground import Ground, ground
from bot.pipelines.ota.groups import is_of, look, newest_of, said
from bot.pipelines.ota.undo import decide, publisher
from bot.pipelines.step import Step, why


async def resolve(step: Step) -> str:
    """Decide, for good, what goes back to what."""
    here = ground(step.kit, step.run)
    facts = known.of_back(step.run)
    if not facts.undo:
        parent = await _parent(step)
        undo = await decide(step.kit, here, step.ask, parent)
        facts = UpdateBackFacts(branch=here.ota.branch, undo=undo)
        parent = parent or await publisher(step.kit, here, step.ask, undo[0])
        gone = await look(step.ask, here, undo[0].group)
        await step.update(
            mobile=facts.encode(),
            sha=undo[0].to_sha,
            previous_sha=gone.sha if gone else "",
            parent_id=parent.id if parent else None,
        )
    return "; ".join(f"{one.group[:8]} to {_goal(one)}" for one in facts.undo)[:200]


def _goal(one: Undo) -> str:
    return f"“{inside(one.to_message[:60])}” ({one.to[:8]})" if one.to else "what is built in"


async def _parent(step: Step) -> RunView | None:
    """Return the update to take back: the one that hurt, else the one that is being rolled out now.

    One that is being published is waited for: what it publishes is what shall go.
    """
    if step.run.parent_id:
        return await step.kit.reader.view(step.run.parent_id)
    while True:
        lane = await step.kit.reader.lane(step.run.service, step.run.environment)
        at_work = [one for one in lane if one.kind is RunKind.UPDATE and one.state is RunState.RUNNING]
        if not at_work:
            return None
        if at_work[0].step(StepName.PUBLISH).state is StepState.DONE:
            return at_work[0] if known.of_update(at_work[0]).groups else None
        await step.say(f"waits for run {at_work[0].id}, which is publishing")
        await step.pause(step.kit.project.timings.poll)


async def revert(step: Step) -> str:
    """Lock the place, then make what shall go gone; a group at a time, each once."""
    here, run = ground(step.kit, step.run), step.run
    why_locked = f"run {run.parent_id} was taken back" if run.parent_id else "an update was taken back"
    await step.kit.holds.hold_after_rollback(
        run.id, run.service, run.environment, reason=f"{why_locked} (run {run.id})", auto_deploy_off=False
    )
    try:
        for one in known.of_back(run).undo:
            if one.key not in known.of_back(step.run).made:
                await _leave(step, here, one)
                await _put_in_place(step, here, one)
        for one in known.of_back(step.run).undo:
            await _verify(step, here, one)
    except VendorError as error:
        msg = f"{str(error).rstrip('.')}. The update may still reach people."
        raise StepFailed(Reason.REVERT_FAILED, msg) from error
    made = known.of_back(step.run).made
    return f"{len(made)} of {len(made)} gone back; locked"


async def _leave(step: Step, here: Ground, one: Undo) -> None:
    """Have a group that is mid-rollout deleted; what everybody has is covered by what is published next."""
    facts = known.of_back(step.run)
    if one.group in facts.deleted:
        return
    group = await look(step.ask, here, one.group)
    if group is not None and not group.rolling:
        return
    if group is not None:
        await step.say(f"deleting {one.group[:8]}, which {max(group.percents)} % of people may have")
        await deleted(step, here, one.group)
    facts = known.of_back(step.run)
    await known.keep(step, facts.model_copy(update={"deleted": (*facts.deleted, one.group)}))


async def _put_in_place(step: Step, here: Ground, one: Undo) -> None:
    """Publish what goes in a group's place, once: it is looked for before every try."""
    timings, since = step.kit.project.timings, step.kit.clock.now()
    asked = f"asked.{one.key}"
    new = await _there(step, here, one, patient=asked in await step.recall())
    while new is None:
        await step.remember(**await step.recall() | {asked: ["yes"]})
        try:
            name = await _publish(step, here, one)
        except VendorUnavailable as error:
            # It may have heard us. Look before asking again, or there would be two.
            await step.say(f"{error.vendor} did not answer, looking for what it published ({why(error)})")
            new = await _there(step, here, one, patient=True)
            if new is None and (step.kit.clock.now() - since).total_seconds() >= timings.vendor_patience:
                raise
            continue
        new = name
    facts = known.of_back(step.run)
    facts = facts.model_copy(update={"made": facts.made | {one.key: new}})
    await step.update(mobile=facts.encode(), deployment_id=step.run.deployment_id or new)


async def _publish(step: Step, here: Ground, one: Undo) -> str:
    branch = known.of_back(step.run).branch
    place = await step.ask(lambda: here.expo.branch_id(here.project, branch))
    if not one.to:
        await step.say("sending phones back to what is built in")
        message = marked("Back to what is built in", step.run.id)
        return await here.expo.embed(place, one.runtime, message=message, platforms=one.platforms)
    was = await _restored(step, here, one)
    await step.say(f"publishing {said(was)} again")
    message = marked(f"Back to “{inside(one.to_message)}”" if one.to_message else "Back", step.run.id)
    return await here.expo.republish(place, was, message=message, platforms=one.platforms)


async def _restored(step: Step, here: Ground, one: Undo) -> UpdateGroup:
    was = await look(step.ask, here, one.to)
    if was is None:
        msg = f"Update group {one.to[:8]}, which was to come back, is gone from Expo."
        raise StepFailed(Reason.REVERT_FAILED, f"{msg} The update may still reach people.")
    return was


async def _there(step: Step, here: Ground, one: Undo, *, patient: bool) -> str | None:
    """Return what this run published there before; ``patient``: for as long as a listing may lag."""
    timings, since = step.kit.project.timings, step.kit.clock.now()
    branch = known.of_back(step.run).branch
    while True:
        listed = await step.ask(lambda: here.expo.groups(here.project, branch, runtime=one.runtime))
        ours = [group for group in listed if is_of(group, step.run) and _shares(group, one)]
        if ours:
            return ours[0].group
        if not patient or (step.kit.clock.now() - since).total_seconds() >= timings.vendor_settle:
            return None
        await step.pause(min(timings.poll, timings.vendor_settle))


def _shares(group: UpdateGroup, one: Undo) -> bool:
    """Say whether a group has a platform of what is undone: a runtime's other ones may go elsewhere."""
    return any(part.platform in one.platforms for part in group.parts)


async def _verify(step: Step, here: Ground, one: Undo) -> None:
    """See that phones no longer take what was to go."""
    timings, since = step.kit.project.timings, step.kit.clock.now()
    branch = known.of_back(step.run).branch
    while True:
        top = await newest_of(step.ask, here, branch, one.runtime, one.platforms)
        if top is None or top.group != one.group:
            return
        if (step.kit.clock.now() - since).total_seconds() >= timings.vendor_settle:
            msg = f"Runtime {one.runtime} still gets {said(top)}, although Expo took what was to replace it."
            raise StepFailed(Reason.REVERT_FAILED, msg)
        await step.pause(min(timings.poll, timings.vendor_settle))
