"""Give an update to more people: one call for each platform, again and again until all agree. Never back."""

from bot.engine.mobile import Update
from bot.engine.reasons import Reason
from bot.errors import StepFailed, VendorError, VendorRejected, VendorUnavailable
from bot.pipelines import known
from bot.pipelines.ota.ground import Ground
from bot.pipelines.ota.groups import look, share
from bot.pipelines.ota.room import make_room
from bot.pipelines.step import Step, why


async def raise_to(step: Step, here: Ground, percent: int) -> None:
    """Have every part of the update reach ``percent``.

    Raises:
        StepFailed: ``rollout_refused``, with nothing out of step; ``platforms_apart`` where something is.

    """
    timings, since = step.kit.project.timings, step.kit.clock.now()
    trouble: VendorError | None = None
    while True:
        parts = await _parts(step, here)
        behind = [part for part in parts if share(part) < percent]
        if not behind:
            await _note(step, parts)
            return
        apart = len({share(part) for part in parts}) > 1
        if apart:
            await _note(step, parts)
            await step.say(f"out of step: {_told(parts)}{_because(trouble)}")
        if trouble is not None and not apart and isinstance(trouble, VendorRejected):
            await _note(step, parts)
            raise StepFailed(Reason.ROLLOUT_REFUSED, _refused(trouble, parts, percent))
        if (step.kit.clock.now() - since).total_seconds() >= timings.vendor_patience:
            raise _gave_up(trouble, parts, percent, apart=apart)
        if trouble is not None:
            waits = trouble.retry_after if isinstance(trouble, VendorUnavailable) else None
            await step.pause(waits or timings.poll)
        await make_room(step, known.of_update(step.run).percent)
        trouble = await _raise(here, behind, percent)


async def _raise(here: Ground, behind: list[Update], percent: int) -> VendorError | None:
    """Tell Expo, once for each part; return what went wrong last. What became of it is looked up anew."""
    trouble: VendorError | None = None
    for part in behind:
        try:
            await here.expo.set_percent(part.id, percent)
        except VendorError as error:
            trouble = error
    return trouble


async def _parts(step: Step, here: Ground) -> list[Update]:
    found: list[Update] = []
    for name in known.of_update(step.run).groups:
        group = await look(step.ask, here, name)
        if group is None:
            msg = f"Update group {name[:8]} is gone: somebody deleted it at Expo."
            raise StepFailed(Reason.ROLLOUT_REFUSED, msg)
        found.extend(group.parts)
    return found


async def _note(step: Step, parts: list[Update]) -> None:
    """Keep how far it is, where that is news."""
    facts, reached = known.of_update(step.run), {share(part) for part in parts}
    agree = len(reached) <= 1
    now: dict[str, str | int] = {"apart": "" if agree else _told(parts), "percent": min(reached, default=0)}
    if not agree:
        now["percent"] = 0
    if any(getattr(facts, name) != value for name, value in now.items()):
        await known.keep(step, facts.model_copy(update=now))


def _told(parts: list[Update]) -> str:
    ordered = sorted(parts, key=lambda one: one.platform)
    return ", ".join(f"{part.platform.value} {share(part)} %" for part in ordered)


def _because(trouble: VendorError | None) -> str:
    if trouble is None:
        return ""
    return f"; asking again ({why(trouble) if isinstance(trouble, VendorUnavailable) else trouble.detail})"


def _refused(trouble: VendorError, parts: list[Update], percent: int) -> str:
    return f"Expo refused {percent} %: {trouble.detail or 'no reason given'}. It stays at {_told(parts)}."


def _gave_up(trouble: VendorError | None, parts: list[Update], percent: int, *, apart: bool) -> Exception:
    if apart:
        said = f": {trouble.detail or trouble}" if trouble else ""
        msg = f"Not every platform came to {percent} %{said}. It stands at {_told(parts)}."
        return StepFailed(Reason.PLATFORMS_APART, msg)
    if trouble is not None:
        return trouble
    msg = f"Expo took {percent} %, and it still stands at {_told(parts)}."
    return StepFailed(Reason.ROLLOUT_REFUSED, msg)
