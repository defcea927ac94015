"""Say of an update whom it does not reach: those on newer builds; all but testers before a store has it.

An ornament of the card: what cannot be asked is not said, and stops nothing.
"""

from collections.abc import Mapping

from bot.engine.app_versions import is_of, live, not_newer
from bot.engine.mobile import AppPlatform, Stage
from bot.errors import StepFailed, VendorError
from bot.pipelines import known
from bot.pipelines.mobile_needs import Store
from bot.pipelines.needs import Kit
from bot.pipelines.ota.builds import newest_builds
from bot.pipelines.ota.ground import Ground
from bot.pipelines.step import Step, once

Runtimes = Mapping[AppPlatform, str]


async def whom(kit: Kit, here: Ground, runtimes: Runtimes) -> dict[str, bool]:
    """Return what an update for ``runtimes`` keeps of whom it reaches, by field; empty: it is not known."""
    try:
        newest = await newest_builds(once, here)
    except (StepFailed, VendorError):
        return {}
    behind = any(newest[one].runtime != runtime for one, runtime in runtimes.items() if one in newest)
    return {"behind": behind, "unreleased": await _unreleased(kit, here, runtimes)}


async def note_whom(step: Step, here: Ground) -> None:
    """Keep what is so by now: a release may have gone live meanwhile."""
    facts = known.of_update(step.run)
    new = facts.model_copy(update=await whom(step.kit, here, facts.runtimes))
    if new != facts:
        await known.keep(step, new)


async def _unreleased(kit: Kit, here: Ground, runtimes: Runtimes) -> bool:
    """Say whether every store that tells has only older builds live than those of ``runtimes``."""
    stores = kit.stores.get(here.app.name, ())
    told = [await _waits(here, one, runtimes[one.platform]) for one in stores if runtimes.get(one.platform)]
    heard = [waits for waits in told if waits is not None]
    return bool(heard) and all(heard)


async def _waits(here: Ground, store: Store, runtime: str) -> bool | None:
    """Say whether a store has no build of ``runtime`` live yet; None where nobody can tell."""
    try:
        there = live(await store.versions())
        made = await here.expo.builds(
            here.project,
            platform=store.platform,
            profile=here.config.profile,
            stage=Stage.FINISHED,
            runtime=runtime,
        )
    except VendorError:
        return None
    if there is None or not made:
        return None
    return not any(is_of(there, build) or not_newer(build, there) for build in made)
