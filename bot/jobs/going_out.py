"""Keeps the card of a release true after it is live: how far the stores have it, how stable it is."""

from datetime import timedelta

import structlog

from bot.apps import App
from bot.engine.app_versions import is_of
from bot.engine.release import ReleaseFacts
from bot.engine.runs import RunView
from bot.engine.states import RunKind, RunState
from bot.engine.stores import StoreVersion
from bot.errors import VendorError
from bot.pipelines.crash_free import crash_free, of_builds
from bot.pipelines.known import of_release
from bot.pipelines.needs import Kit

log = structlog.get_logger(__name__)

LOOKED_AT = timedelta(days=14)
"""Apple's phased release takes seven days, and may be paused."""


class GoingOut:
    """Runs as a job, every ``timings.review_poll`` seconds, on the replica that leads."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def look(self) -> int:
        """Look once at the newest live release of each app; return how many cards changed."""
        changed = 0
        for app in self._kit.project.apps:
            for environment in app.environments if app.expo else ():
                run = await self._newest(app.name, environment)
                if run is not None:
                    changed += await self._look_at(app, run)
        if changed:
            self._kit.cards.changed()
        return changed

    async def _newest(self, app: str, environment: str) -> RunView | None:
        runs = await self._kit.reader.newest_of(app, environment, frozenset({RunKind.RELEASE}), limit=5)
        found = next((run for run in runs if run.state is RunState.SUCCEEDED), None)
        if found is None or found.ended_at is None or self._kit.clock.now() - found.ended_at > LOOKED_AT:
            return None
        return found

    async def _look_at(self, app: App, run: RunView) -> bool:
        before = of_release(run)
        stores = dict(before.stores)
        for store in self._kit.stores.get(app.name, ()):
            if store.platform not in stores:
                continue
            try:
                versions = await store.versions()
            except VendorError as error:
                log.warning("how far a release is was not read", run=run.id, trouble=str(error))
                continue
            stores[store.platform] = _ours(before, stores[store.platform], versions)
        stable = await crash_free(self._kit, app, run.environment, of_builds(app, before, stores))
        after = before.model_copy(
            update={"stores": stores, "crash_free": before.crash_free if stable is None else stable}
        )
        if after == before:
            return False
        await self._kit.runs.set(run.id, mobile=after.encode())
        return True


def _ours(facts: ReleaseFacts, was: StoreVersion, versions: tuple[StoreVersion, ...]) -> StoreVersion:
    """Return the release's version as it is now; one the store no longer lists stays as it was."""
    build = facts.builds.get(was.platform)
    return next((one for one in versions if build is not None and is_of(one, build)), was)
