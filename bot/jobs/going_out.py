"""Keeps the card of a release true after its run ended: how far the stores have it, how stable it is."""

from datetime import timedelta

import structlog

from bot.apps import App
from bot.engine.app_versions import is_of
from bot.engine.mobile import AppPlatform
from bot.engine.reasons import Reason
from bot.engine.release import ReleaseFacts
from bot.engine.runs import RunView
from bot.engine.states import RunKind, RunState
from bot.engine.stores import StorePhase, StoreVersion
from bot.errors import VendorError
from bot.pipelines import owed
from bot.pipelines.crash_free import crash_free, of_builds
from bot.pipelines.known import of_release
from bot.pipelines.needs import Kit
from bot.pipelines.release.review import replaced

log = structlog.get_logger(__name__)

LOOKED_AT = timedelta(days=14)
"""Apple's phased release takes seven days, and may be paused."""

Lists = dict[AppPlatform, tuple[StoreVersion, ...]]
"""What each store answered, once a look; a store that did not is not there."""


class GoingOut:
    """Runs as a job, every ``timings.review_poll`` seconds, on the replica that leads."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def look(self) -> int:
        """Look once at what of each app goes out, or may still; return how many cards changed."""
        changed = 0
        for app in self._kit.project.apps:
            for environment in app.environments if app.expo else ():
                runs = await self._followed(app.name, environment)
                lists = await self._ask(app.name, runs) if runs else {}
                for run in runs:
                    changed += await self._look_at(app, run, lists)
        if changed:
            self._kit.cards.changed()
        return changed

    async def _followed(self, app: str, environment: str) -> tuple[RunView, ...]:
        """Return the newest live release, and newer ones that one store rejected: the other goes on."""
        found = list[RunView]()
        for run in await self._kit.reader.newest_of(app, environment, frozenset({RunKind.RELEASE}), limit=5):
            if run.state is RunState.SUCCEEDED or _rejected(run):
                found.append(run)
            if run.state is RunState.SUCCEEDED:
                break
        now = self._kit.clock.now()
        return tuple(run for run in found if run.ended_at is not None and now - run.ended_at <= LOOKED_AT)

    async def _ask(self, app: str, runs: tuple[RunView, ...]) -> Lists:
        lists: Lists = {}
        handed = {one for run in runs for one in of_release(run).builds}
        for store in self._kit.stores.get(app, ()):
            if store.platform not in handed:
                continue
            try:
                lists[store.platform] = await store.versions()
            except VendorError as error:
                log.warning("how far a release is was not read", app=app, trouble=str(error))
        return lists

    async def _look_at(self, app: App, run: RunView, lists: Lists) -> bool:
        before = of_release(run)
        stores = dict(before.stores)
        for platform, versions in lists.items():
            if (there := _ours(before, platform, versions)) is not None:
                stores[platform] = there
        live = [one for one, there in stores.items() if there.phase is StorePhase.LIVE]
        stable = await crash_free(self._kit, app, run.environment, of_builds(app, before, live))
        after = before.model_copy(
            update={
                "stores": stores,
                "unasked": {one: why for one, why in before.unasked.items() if one not in lists},
                "crash_free": before.crash_free if stable is None else stable,
            }
        )
        if after == before or not await self._still(run):
            return False
        await self._kit.runs.set(run.id, mobile=after.encode())
        if _rejected(run):
            await self._tell(run, before, after)
        return True

    async def _still(self, run: RunView) -> bool:
        """Say whether the run is over as it was; one that was retried meanwhile looks for itself."""
        now = await self._kit.reader.view(run.id)
        return now is not None and (now.state, now.attempt) == (run.state, run.attempt)

    async def _tell(self, run: RunView, before: ReleaseFacts, after: ReleaseFacts) -> None:
        """Tell what the end of the run did not: one more store has it live, or says an unknown word."""
        for platform, there in after.stores.items():
            was = before.stores.get(platform)
            if there.phase is StorePhase.LIVE and (was is None or was.phase is not StorePhase.LIVE):
                await owed.store_live(self._kit, run, there)
            elif there.phase is StorePhase.UNKNOWN:
                await owed.store_word(self._kit, run, there)


def _rejected(run: RunView) -> bool:
    return run.state is RunState.FAILED and run.reason is Reason.STORE_REJECTED


def _ours(
    facts: ReleaseFacts, platform: AppPlatform, versions: tuple[StoreVersion, ...]
) -> StoreVersion | None:
    """Return the release's version as it is now; what was live or rejected and is not listed stays so."""
    build, was = facts.builds.get(platform), facts.stores.get(platform)
    if build is None:
        return None
    found = next((one for one in versions if is_of(one, build)), None)
    if found is not None or was is None or was.phase in (StorePhase.LIVE, StorePhase.REJECTED):
        return found or was
    return replaced(build, was, versions) or was
