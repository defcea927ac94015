"""Looks at an app as people have it now. Asks; starts and changes nothing."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot import apps
from bot.engine.app_status import AppStatus
from bot.engine.app_versions import live
from bot.engine.crash_free import CrashFree
from bot.engine.mobile import BOTH, AppPlatform, Build, Channel, Stage, UpdateGroup
from bot.engine.reasons import Reason
from bot.engine.rollout import on_top
from bot.engine.runs import RunView
from bot.engine.states import MOBILE, RunKind
from bot.engine.stores import StorePhase, StoreVersion
from bot.errors import UserError, VendorError
from bot.pipelines.crash_free import named
from bot.pipelines.mobile_needs import Expo, Store
from bot.pipelines.needs import Kit

T = TypeVar("T")
_PAST = frozenset({StorePhase.WITHDRAWN})


class AppLooker:
    """Where handlers turn to with questions."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit

    async def status(self, app: str, environment: str) -> AppStatus:
        """Return how an app stands; what cannot be known is said in ``trouble``.

        Raises:
            UserError: when the project file has no such app there.

        """
        found = self._kit.project.app(app)
        there = found.environments.get(environment) if found else None
        if found is None or there is None:
            msg = f"pawdeploy.toml has no app `{app[:40]}` in `{environment[:40]}`."
            raise UserError(msg, reason=Reason.UNKNOWN_APP)
        trouble: list[str] = []
        at_expo, stores = await asyncio.gather(
            self._at_expo(found, there, trouble), self._at_stores(found, trouble)
        )
        channel, updates, builds = at_expo
        running = await self._kit.reader.lane(app, environment)
        last = await self._kit.reader.newest_of(app, environment, MOBILE, limit=len(running) + 1)
        ended = [run for run in last if run.id not in {one.id for one in running}]
        return AppStatus(
            app=app,
            environment=environment,
            branch=there.ota.branch if there.ota else "",
            paused=channel.paused if channel else False,
            updates=updates,
            builds=builds,
            stores=stores,
            crash_free=await self._crash_free(found, environment, stores, trouble),
            active=tuple(run for run in running if run.kind in MOBILE),
            last=ended[0] if ended else None,
            trouble=tuple(sorted(set(trouble))),
        )

    async def history(
        self, app: str, environment: str, kinds: frozenset[RunKind], *, limit: int = 10
    ) -> tuple[RunView, ...]:
        """Return the newest runs of some kinds, newest first."""
        return await self._kit.reader.newest_of(app, environment, kinds, limit=limit)

    async def _at_expo(
        self, app: apps.App, there: apps.AppEnvironment, trouble: list[str]
    ) -> tuple[Channel | None, tuple[UpdateGroup, ...], dict[AppPlatform, Build]]:
        expo, config = self._kit.expo, app.expo
        if config is None:
            return None, (), {}
        if expo is None:
            trouble.append("Expo is not asked: no token is configured.")
            return None, (), {}
        ota = there.ota
        channel = groups = None
        if ota is not None:
            channel, groups = await asyncio.gather(
                _asked(trouble, lambda: expo.channel(config.project, ota.channel)),
                _asked(trouble, lambda: expo.groups(config.project, ota.branch)),
            )
        return channel, on_top(groups or ()), await self._builds(expo, config, trouble)

    async def _builds(self, expo: Expo, config: apps.Expo, trouble: list[str]) -> dict[AppPlatform, Build]:
        async def newest(platform: AppPlatform) -> tuple[Build, ...] | None:
            return await _asked(
                trouble,
                lambda: expo.builds(
                    config.project,
                    platform=platform,
                    profile=config.profile,
                    stage=Stage.FINISHED,
                    limit=1,
                ),
            )

        found = await asyncio.gather(*(newest(platform) for platform in BOTH))
        return {platform: one[0] for platform, one in zip(BOTH, found, strict=True) if one}

    async def _at_stores(self, app: apps.App, trouble: list[str]) -> tuple[StoreVersion, ...]:
        async def asked(store: Store) -> tuple[StoreVersion, ...]:
            return _that_matter(await _asked(trouble, store.versions) or ())

        stores = self._kit.stores.get(app.name, ())
        if app.stores is not None:
            named = {AppPlatform.IOS: app.stores.apple, AppPlatform.ANDROID: app.stores.google}
            names = {AppPlatform.IOS: "App Store Connect", AppPlatform.ANDROID: "Google Play"}
            have = {store.platform for store in stores}
            lacking = [names[one] for one in BOTH if named[one] and one not in have]
            trouble.extend(f"{name} is not asked: no access is configured." for name in lacking)
        found = await asyncio.gather(*(asked(store) for store in stores))
        return tuple(version for versions in found for version in versions)

    async def _crash_free(
        self, app: apps.App, environment: str, stores: tuple[StoreVersion, ...], trouble: list[str]
    ) -> tuple[CrashFree, ...]:
        errors = self._kit.errors
        if errors is None or not app.sentry_project:
            return ()
        found: list[CrashFree] = []
        for release in release_names(app, stores):
            one = await _asked(
                trouble,
                lambda: errors.crash_free(app.sentry_project, environment, release=release),  # noqa: B023 - asked before the loop goes on
            )
            if one is not None:
                found.append(one)
        return tuple(found)


async def _asked(trouble: list[str], call: Callable[[], Awaitable[T]]) -> T | None:
    """Ask once, where somebody waits for the answer; what went wrong becomes a sentence."""
    try:
        return await call()
    except VendorError as error:
        trouble.append(f"{str(error).rstrip('.')}.")
        return None


def _that_matter(versions: tuple[StoreVersion, ...]) -> tuple[StoreVersion, ...]:
    """Return what is live and everything newer that is still on its way, newest first."""
    matter: list[StoreVersion] = []
    for version in versions:
        if version.phase not in _PAST:
            matter.append(version)
        if version.phase is StorePhase.LIVE:
            break
    return tuple(matter)


def release_names(app: apps.App, stores: tuple[StoreVersion, ...]) -> tuple[str, ...]:
    """Return how the app's SDK names the releases that are live, once each."""
    there = {one: live(tuple(version for version in stores if version.platform is one)) for one in BOTH}
    names = [named(app, one, version.version, version.number) for one, version in there.items() if version]
    return tuple(dict.fromkeys(name for name in names if name))
