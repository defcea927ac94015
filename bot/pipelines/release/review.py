"""Follow what the stores say until a release is live in all of them, or one says no.

A store that cannot be asked fails nothing: it is said on the card, and asked again.
"""

from bot.engine.app_versions import is_of, not_newer
from bot.engine.mobile import BOTH, AppPlatform, Build
from bot.engine.reasons import Reason
from bot.engine.release import ReleaseFacts
from bot.engine.store_words import next_step
from bot.engine.stores import STORES, StorePhase, StoreVersion
from bot.errors import StepFailed, VendorRejected, VendorUnavailable
from bot.pipelines import owed
from bot.pipelines.crash_free import crash_free, of_builds
from bot.pipelines.known import keep, of_release
from bot.pipelines.mobile_needs import Store
from bot.pipelines.release.shop import sentence, store_of
from bot.pipelines.step import Step, why
from bot.pipelines.step_wait import step_wait

_DENIED = frozenset({401, 403})


async def review(step: Step) -> str:
    """Wait until the release is live in every store that can be followed."""
    await _without_access(step)
    while True:
        wait = await _look(step)
        await _stability(step)
        known = of_release(step.run)
        _refuse_no(known)
        going = _going(step, known)
        if not going:
            return _done(known)
        await step.say(" · ".join(f"{sentence(STORES[one])}: {_word(known, one)}" for one in going))
        await step_wait(step, wait, (f"store:{step.run.service}",))


async def _without_access(step: Step) -> None:
    """Say of which stores nobody here can ask."""
    known = of_release(step.run)
    unasked = dict(known.unasked)
    for platform in known.builds:
        if store_of(step.kit, step.run.service, platform) is None:
            unasked[platform] = "no access is configured, so it is not followed; look there"
    if unasked != known.unasked:
        await keep(step, known.model_copy(update={"unasked": unasked}))


async def _look(step: Step) -> float:
    """Ask every store that is not through; return how long to wait before the next look, in seconds."""
    wait = step.kit.project.timings.review_poll
    for platform in _going(step, of_release(step.run)):
        store = store_of(step.kit, step.run.service, platform)
        if store is None:
            continue
        try:
            found = await _ours(step, store)
        except VendorRejected as error:
            await _note(step, platform, f"{_refusal(error)}; it is asked again")
        except VendorUnavailable as error:
            await _note(step, platform, f"it does not answer ({why(error)}); it is asked again")
            wait = max(wait, error.retry_after or 0.0)
        else:
            await _note(step, platform, "")
            if found is not None:
                await _heard(step, found)
    return wait


async def _stability(step: Step) -> None:
    """Keep how many sessions did not crash of what is live somewhere already."""
    known, app = of_release(step.run), step.kit.project.app(step.run.service)
    live = [one for one, there in known.stores.items() if there.phase is StorePhase.LIVE]
    if app is None or not live:
        return
    stable = await crash_free(step.kit, app, step.run.environment, of_builds(app, known, live))
    if stable is not None and stable != known.crash_free:
        await keep(step, known.model_copy(update={"crash_free": stable}))


def _refusal(error: VendorRejected) -> str:
    if error.status in _DENIED:
        return f"it refuses our access (HTTP {error.status}); its key or role has to be looked at"
    return str(error)


async def _ours(step: Step, store: Store) -> StoreVersion | None:
    """Return what the store has of this release's build; None: nothing yet."""
    known = of_release(step.run)
    build, before = known.builds[store.platform], known.stores.get(store.platform)
    versions = await store.versions()
    found = next((one for one in versions if is_of(one, build)), None)
    return found or (replaced(build, before, versions) if before else None)


def replaced(build: Build, was: StoreVersion, versions: tuple[StoreVersion, ...]) -> StoreVersion | None:
    """Return what became of a version its store lists no more, where a newer one took its place; else None.

    A store may drop what was in review from its list when a newer version is handed in.
    """
    if not any(not_newer(build, one) for one in versions):
        return None
    gone = {"phase": StorePhase.WITHDRAWN, "detail": "a newer version took its place"}
    return was.model_copy(update=gone)


async def _note(step: Step, platform: AppPlatform, trouble: str) -> None:
    known = of_release(step.run)
    unasked = {key: value for key, value in known.unasked.items() if key is not platform}
    if trouble:
        unasked[platform] = trouble
    if unasked != known.unasked:
        await keep(step, known.model_copy(update={"unasked": unasked}))


async def _heard(step: Step, found: StoreVersion) -> None:
    known = of_release(step.run)
    if known.stores.get(found.platform) != found:
        await keep(step, known.model_copy(update={"stores": known.stores | {found.platform: found}}))
    if found.phase is StorePhase.UNKNOWN:
        await owed.store_word(step.kit, step.run, found)


def _going(step: Step, known: ReleaseFacts) -> tuple[AppPlatform, ...]:
    """Return the platforms whose store is followed and has not got it live."""
    return tuple(
        one
        for one in BOTH
        if one in known.builds
        and store_of(step.kit, step.run.service, one) is not None
        and not ((there := known.stores.get(one)) and there.phase is StorePhase.LIVE)
    )


def _refuse_no(known: ReleaseFacts) -> None:
    """Stop where a store said no, or where somebody took it back.

    Raises:
        StepFailed: ``store_rejected``.

    """
    for platform, there in known.stores.items():
        store, version = STORES[platform], there.version or known.version
        detail = f", {there.detail[:200]}" if there.detail else ""
        if there.phase is StorePhase.REJECTED:
            msg = f"{sentence(store)} rejected {version} ({there.raw}{detail}). {next_step(there)}"
            raise StepFailed(Reason.STORE_REJECTED, msg)
        if there.phase is StorePhase.WITHDRAWN:
            msg = f"{version} was taken back at {store} ({there.raw}{detail}): nobody reviews it any more. "
            raise StepFailed(Reason.STORE_REJECTED, f"{msg}{next_step(there)}")


def _word(known: ReleaseFacts, platform: AppPlatform) -> str:
    if platform in known.unasked:
        return "not known now"
    there = known.stores.get(platform)
    return "nothing of it yet" if there is None else there.phase.value.replace("_", " ")


def _done(known: ReleaseFacts) -> str:
    there = [one for one in BOTH if one in known.stores]
    if not there:
        return "handed over; no store can be asked how it stands"
    return f"live in {' and '.join(STORES[one] for one in there)}"
