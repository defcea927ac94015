"""What updates and their ways back look at again at their turn, and what is said of them when they end."""

from bot.engine.mobile import BOTH, NAMES, UpdateGroup
from bot.engine.reasons import Reason
from bot.engine.runs import RunView
from bot.engine.states import RunKind, RunState, StepName
from bot.errors import StepFailed, VendorError
from bot.pipelines import dispatch_stop, known
from bot.pipelines.again import ask_again
from bot.pipelines.held import refuse_if_held
from bot.pipelines.needs import Kit
from bot.pipelines.ota.builds import builds_of, other_build
from bot.pipelines.ota.deleting import job_key
from bot.pipelines.ota.ground import Ground, find_ground, ground
from bot.pipelines.ota.groups import is_of, look, newest_of, published_by, reach, said
from bot.pipelines.ota.start import refuse_rollouts_elsewhere, refuse_unreachable
from bot.pipelines.step import Step, once


async def gates(step: Step) -> None:
    """Look again at what was true when people agreed; nothing was started yet, unless by a try before."""
    here = ground(step.kit, step.run)
    if step.run.kind is RunKind.UPDATE_BACK:
        await _still_what_people_have(step, here)
        return
    await refuse_if_held(step)
    facts = known.of_update(step.run)
    if facts.groups:
        await _still_the_newest(step, here)
        return
    newer = await step.kit.reader.shipped_after(step.run)
    if newer is not None:
        msg = f"Run {newer.id}, asked for later, has been there since: {newer.why[:80] or newer.sha[:7]}."
        raise StepFailed(Reason.OVERTAKEN, msg)
    await refuse_unreachable(step, here)
    await _still_proved(step, here)
    await refuse_rollouts_elsewhere(step, here, facts, waits=False)


async def _still_proved(step: Step, here: Ground) -> None:
    """Begin anew where a newer build it would reach was finished: what was proved is not of that one.

    One that asks for another runtime gets nothing of it, and changes nothing.
    """
    if step.run.state is RunState.RUNNING:
        return  # its turn was taken before a crash
    facts = known.of_update(step.run)
    asked = {
        platform: facts.runtimes.get(platform, "") for platform in BOTH
    }  # one without a build may have one
    other = other_build(facts, await builds_of(step.ask, here, asked))
    if not other:
        return
    if step.run.has(StepName.CONSENT):
        await ask_again(step, f"a newer build was finished ({other})")
    msg = f"A newer build was finished since ({other}). A new run compares with that one."
    raise StepFailed(Reason.CONSENT_VOID, msg)


async def _still_the_newest(step: Step, here: Ground) -> None:
    """Roll nothing out that phones would not take: something newer was published, or it is gone."""
    facts = known.of_update(step.run)
    for name in facts.groups:
        group = await look(step.ask, here, name)
        if group is None:
            raise StepFailed(Reason.OVERTAKEN, f"Update group {name[:8]} was deleted at Expo.")
        top = await newest_of(step.ask, here, facts.branch, group.runtime)
        if top is not None and top.group != name:
            msg = f"Something newer was published for runtime {group.runtime} since: {said(top)}."
            raise StepFailed(Reason.OVERTAKEN, msg)


async def _still_what_people_have(step: Step, here: Ground) -> None:
    """Take nothing back over somebody's newer update."""
    facts = known.of_back(step.run)
    begun = await step.kit.reader.memory(step.run.id, StepName.REVERT)
    for one in facts.undo:
        top = await newest_of(step.ask, here, facts.branch, one.runtime, one.platforms)
        if top is not None and (top.group == one.group or is_of(top, step.run)):
            continue
        if one.group in facts.deleted or job_key(one.group) in begun:
            continue  # gone by this run's own doing, in a try before
        now = f"gets {said(top)} by now" if top else "has what is built in by now"
        msg = f"Runtime {one.runtime} {now}: somebody was faster. Run {step.run.id} took nothing back."
        raise StepFailed(Reason.ALREADY_LIVE, msg)


async def started(kit: Kit, run: RunView) -> bool:
    """Say whether GitHub or Expo is known to have something the run started."""
    if run.kind is RunKind.UPDATE_BACK:
        return bool(await kit.reader.memory(run.id, StepName.REVERT))
    return "id" in await kit.reader.memory(run.id, StepName.PUBLISH)


async def as_it_stands(kit: Kit, run: RunView) -> str:
    """Say, as far as observed, what people have now."""
    here = find_ground(kit, run.service, run.environment)
    if here is None:
        return ""
    try:
        if run.kind is RunKind.UPDATE_BACK:
            return await _after_going_back(here, run)
        groups = [await look(once, here, name) for name in known.of_update(run).groups]
    except VendorError:
        return "What people have now is not known: Expo does not answer."
    return _standing([group for group in groups if group is not None], missing=None in groups)


def _standing(groups: list[UpdateGroup], *, missing: bool) -> str:
    if not groups:
        return "The update is gone from Expo." if missing else ""
    everybody = all(group.percents == frozenset({100}) for group in groups)
    runtimes = ", ".join(sorted({group.runtime for group in groups}))
    if everybody:
        return f"Everybody on runtime {runtimes} gets it when the app next starts."
    return f"It is out to {'; '.join(sorted({reach(group) for group in groups}))} of runtime {runtimes}."


async def _after_going_back(here: Ground, run: RunView) -> str:
    facts, told = known.of_back(run), []
    for one in facts.undo:
        top = await newest_of(once, here, facts.branch, one.runtime, one.platforms)
        whose = f"Runtime {one.runtime}"
        if one.part:
            whose = f"{whose} on {' and '.join(NAMES[platform] for platform in one.platforms)}"
        if top is None or top.embedded:
            told.append(f"{whose} goes back to what is built into the app.")
        elif top.group == one.group:
            told.append(f"{whose} still gets {said(top)}, at {reach(top)}.")
        else:
            told.append(f"{whose} gets {said(top)}.")
    return " ".join(told)


async def stopped(kit: Kit, run: RunView) -> str:
    """Finish a cancel: stop the workflow if one runs. What was published stays; the way back is named."""
    here = find_ground(kit, run.service, run.environment)
    if here is None:
        return "Where its updates go is gone from pawdeploy.toml; look at Expo."
    if run.kind is RunKind.UPDATE_BACK:
        facts = known.of_back(run)
        if not facts.deleted and not facts.made:
            return "Nothing was taken back."
        return f"Taking it back was begun. {await as_it_stands(kit, run)}".strip()
    facts_of = known.of_update(run)
    workflow = "" if facts_of.groups else await _stop_publishing(kit, here, run)
    if not facts_of.groups:
        found = await _published(kit, here, run) if workflow else ()
        if not found:
            return f"Nothing of it is listed at Expo. {workflow}" if workflow else "Nothing was published."
        ids = tuple(group.group for group in found)
        facts_of = facts_of.model_copy(update={"groups": ids})
        await kit.runs.set(run.id, mobile=facts_of.encode(), deployment_id=ids[0])
        run = await kit.reader.view(run.id) or run
    back = f"To take it back: /pawota rollback {run.environment}."
    return f"What was published stays. {await as_it_stands(kit, run)} {back}"


async def _stop_publishing(kit: Kit, here: Ground, run: RunView) -> str:
    """Stop the workflow; empty when none was started."""
    if "known" not in await kit.reader.memory(run.id, StepName.PUBLISH):
        return ""
    return await dispatch_stop.stopped(kit, run, StepName.PUBLISH, here.config.workflow)


async def _published(kit: Kit, here: Ground, run: RunView) -> tuple[UpdateGroup, ...]:
    """Look, for as long as a listing may lag, for what the workflow published before it was stopped."""
    timings, since = kit.project.timings, kit.clock.now()
    branch = known.of_update(run).branch
    while (kit.clock.now() - since).total_seconds() < timings.vendor_settle:
        try:
            if found := await published_by(once, here, branch, run):
                return found
        except VendorError:
            pass  # asked again; what is not known by then is not said
        await kit.clock.sleep(min(timings.poll, 2.0))
    return ()
