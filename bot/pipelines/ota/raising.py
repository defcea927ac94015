"""Give an update to more people: one call for each platform, again and again until all agree. Never back."""

from collections.abc import Sequence

from bot.engine import rollout
from bot.engine.mobile import NAMES, UpdateGroup
from bot.engine.reasons import Reason
from bot.errors import StepFailed, VendorError, VendorRejected, VendorUnavailable
from bot.pipelines import known
from bot.pipelines.ota.builds import asked_for
from bot.pipelines.ota.ground import Ground
from bot.pipelines.ota.groups import look
from bot.pipelines.ota.room import make_room
from bot.pipelines.step import Step, once, why


async def raise_to(step: Step, here: Ground, percent: int) -> None:
    """Have every part of the update reach ``percent``.

    Raises:
        StepFailed: ``rollout_refused``, with nothing out of step; ``platforms_apart`` where something is.
        VendorUnavailable: when Expo does not answer for longer than patience has it.

    """
    timings, since = step.kit.project.timings, step.kit.clock.now()
    trouble: VendorError | None = None
    while True:
        groups = await _groups(step, here)
        behind, apart = rollout.behind(groups, percent), rollout.apart(groups)
        if not behind or apart or trouble:
            await _note(step, groups)
        if not behind:
            return
        if apart:
            await step.say(f"out of step: {apart}{_because(trouble)}")
        elif isinstance(trouble, VendorRejected):
            raise StepFailed(Reason.ROLLOUT_REFUSED, _refused(trouble, groups, percent))
        if (step.kit.clock.now() - since).total_seconds() >= timings.vendor_patience:
            raise _gave_up(trouble, groups, percent)
        if trouble is not None:
            waits = trouble.retry_after if isinstance(trouble, VendorUnavailable) else None
            await step.pause(waits or timings.poll)
        await make_room(step, known.of_update(step.run).percent)
        trouble = await _raise(here, behind, percent)


async def _raise(here: Ground, behind: Sequence[rollout.Behind], percent: int) -> VendorError | None:
    """Tell Expo, once for each part; return what went wrong last. What became of it is looked up anew."""
    trouble: VendorError | None = None
    for part in behind:
        try:
            await here.expo.set_percent(part.update, percent)
        except VendorError as error:
            trouble = error
    return trouble


async def people(step: Step, here: Ground, percent: int) -> int:
    """Return how many percent of people have it by now; somebody may have given it to more than ``percent``.

    While Expo does not say, what was known last; where platforms differ, what lies between them.
    """
    facts = known.of_update(step.run)
    try:
        found = [await look(once, here, name) for name in facts.groups]
    except VendorError:
        found = []
    shares = [rollout.share(part) for part in rollout.parts(group for group in found if group)]
    return round(sum(shares) / len(shares)) if shares else max(percent, facts.percent)


async def refuse_other_runtimes(step: Step, here: Ground) -> None:
    """Stop where it was published for another runtime than people agreed to, or not for all.

    Raises:
        StepFailed: ``runtime_changed``, ``platforms_apart``.

    """
    wanted, parts = known.of_update(step.run).runtimes, rollout.parts(await _groups(step, here))
    if lacking := [NAMES[one] for one in wanted if one not in {part.platform for part in parts}]:
        msg = f"Nothing was published for {' and '.join(lacking)}, although people agreed to that as well."
        raise StepFailed(Reason.PLATFORMS_APART, msg)
    for part in parts:
        asks = wanted.get(part.platform, "")
        if asks and part.runtime != asks:
            msg = f"It was published for {NAMES[part.platform]} runtime {part.runtime}, and people agreed to"
            if await asked_for(step.ask, here, part.runtime):
                msg = f"{msg} {asks}: nothing was proved of the builds that would receive it."
            else:
                msg = f"{msg} {asks}: no installed app receives it."
            raise StepFailed(Reason.RUNTIME_CHANGED, msg)


async def _groups(step: Step, here: Ground) -> list[UpdateGroup]:
    found: list[UpdateGroup] = []
    for name in known.of_update(step.run).groups:
        group = await look(step.ask, here, name)
        if group is None:
            msg = f"Update group {name[:8]} is gone: somebody deleted it at Expo."
            raise StepFailed(Reason.ROLLOUT_REFUSED, msg)
        found.append(group)
    return found


async def _note(step: Step, groups: Sequence[UpdateGroup]) -> None:
    """Keep how far it is, where that is news."""
    facts, apart = known.of_update(step.run), rollout.apart(groups)
    percent = 0 if apart else rollout.reached(groups)
    if (facts.apart, facts.percent) != (apart, percent):
        await known.keep(step, facts.model_copy(update={"apart": apart, "percent": percent}))


def _because(trouble: VendorError | None) -> str:
    if trouble is None:
        return ""
    return f"; asking again ({why(trouble) if isinstance(trouble, VendorUnavailable) else trouble.detail})"


def _refused(trouble: VendorError, groups: Sequence[UpdateGroup], percent: int) -> str:
    said = trouble.detail.rstrip(".") or "no reason given"
    return f"Expo refused {percent} %: {said}. It stays at {rollout.standing(groups)}."


def _gave_up(trouble: VendorError | None, groups: Sequence[UpdateGroup], percent: int) -> Exception:
    if rollout.apart(groups):
        said = f": {(trouble.detail or str(trouble)).rstrip('.')}" if trouble else ""
        msg = f"Not every platform came to {percent} %{said}. It stands at {rollout.standing(groups)}."
        return StepFailed(Reason.PLATFORMS_APART, msg)
    if trouble is not None:
        return trouble
    msg = f"Expo took {percent} %, and it still stands at {rollout.standing(groups)}."
    return StepFailed(Reason.ROLLOUT_REFUSED, msg)
