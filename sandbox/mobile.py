"""What the app on people's phones stands on: a simulated Expo, App Store Connect and Google Play, joined.

The app's workflow works at Expo, Expo hands builds to the stores, Sentry hears who runs which update, and the
bot gets everybody's webhooks. Must not know how the bot is started.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from bot.apps import App
from bot.engine.mobile import AppPlatform
from bot.project import Project
from sandbox.faults import Faults
from sandbox.vendors.appstore import AppStoreSim
from sandbox.vendors.expo import EXPO_TOKEN, PROJECT, ExpoSim
from sandbox.vendors.expo_builds import ExpoBuild, ExpoSubmission
from sandbox.vendors.expo_hooks import ExpoHooks
from sandbox.vendors.expo_reach import Reach, Spreading
from sandbox.vendors.expo_seed import seed
from sandbox.vendors.expo_workflow import MobileWork
from sandbox.vendors.github import GitHubSim
from sandbox.vendors.googleplay import GooglePlaySim
from sandbox.vendors.places import Now
from sandbox.vendors.sentry import SentrySim
from sandbox.vendors.stores_page import stores_page

USUAL_ERRORS = 900.0
"""Of the app a minute: so many people have it that ten seconds of a tenth of them tell something."""
_LOOK_EVERY = 0.1
"""Seconds between two looks at what has become due: webhooks come without anybody asking."""


class MobileVendors:
    """Expo and the stores of the first app that is at Expo; of none, they are there and nobody asks."""

    def __init__(
        self, project: Project, faults: Faults, *, github: GitHubSim, sentry: SentrySim, now: Now
    ) -> None:
        self._github = github
        app = next((one for one in project.apps if one.expo is not None), None)
        stores = app.stores if app else None
        self.expo = ExpoSim(
            faults,
            project=app.expo.project if app and app.expo else PROJECT,
            repository=app.repository if app else "pawlogic/mobile",
            now=now,
        )
        # Tokens are judged by the clock the bot signs them by, whatever time the world has.
        self.appstore = AppStoreSim(faults, app=(stores and stores.apple) or "6450012345", now=now)
        self.googleplay = GooglePlaySim(
            faults,
            package=(stores and stores.google) or "app.pawlogic",
            track=stores.track if stores else "production",
            now=now,
        )
        self.hooks = ExpoHooks(faults, self.expo.project)
        self._looking: asyncio.Task[None] | None = None
        if app is not None:
            self._join(app, faults, sentry, now)

    def routes(self) -> Sequence[BaseRoute]:
        """Return where everybody is served."""
        return (
            Mount("/expo", app=self.expo.asgi),
            Mount("/appstore", app=self.appstore.asgi),
            Mount("/googleplay", app=self.googleplay.asgi),
            Route("/stores", self._stores),
        )

    def variables(self, url: str) -> Mapping[str, str]:
        """Return what the bot's environment needs; ``url``: the sandbox's own."""
        return {
            "EXPO_TOKEN": EXPO_TOKEN,
            "EXPO_API_URL": f"{url}/expo",
            **self.appstore.variables(url),
            **self.googleplay.variables(url),
        }

    def reached_at(self, url: str, bot: str) -> None:
        """Learn the sandbox's own address and the bot's, and have webhooks come from now on."""
        self.hooks.root, self.hooks.target = f"{url}/expo", bot
        self.appstore.reached_at(bot)
        self._looking = asyncio.create_task(self._look())

    async def aclose(self) -> None:
        """Move no more, and drop what is still to be delivered."""
        if self._looking is not None:
            self._looking.cancel()
            with suppress(asyncio.CancelledError):
                await self._looking
        await self.appstore.aclose()

    async def _stores(self, _: Request) -> Response:
        return HTMLResponse(stores_page(self.appstore.versions, self.googleplay.releases))

    def _join(self, app: App, faults: Faults, sentry: SentrySim, now: Now) -> None:
        builds, updates = self.expo.work
        seed(builds, updates, self._github.state.repos[app.repository], now())
        self._github.on_mobile = MobileWork(builds, updates, self._post)
        builds.ended += [self._handed_over, self.hooks.ended]
        reaches = tuple(
            Reach(
                branch=place.ota.branch,
                project=app.sentry_project or app.name,
                environment=name,
                tag=place.ota.update_tag,
            )
            for name, place in app.environments.items()
            if place.ota is not None
        )
        for one in reaches:
            sentry.world.per_minute[one.project, one.environment] = USUAL_ERRORS
        Spreading(faults, builds, updates, sentry, reaches)

    def _post(self, sha: str, context: str, at: datetime, description: str) -> None:
        self._github.state.posts.post(sha, context, at, description=description)

    def _handed_over(self, one: ExpoBuild | ExpoSubmission) -> None:
        if isinstance(one, ExpoSubmission) and one.status == "FINISHED":
            platform = AppPlatform(one.platform)
            for store in (self.appstore, self.googleplay):
                store.submitted(platform, one.build.version, one.build.number)

    async def _look(self) -> None:
        builds, updates = self.expo.work
        while True:
            self._github.state.runs.settle()
            builds.settle()
            updates.settle()
            await self.hooks.flush()
            await asyncio.sleep(_LOOK_EVERY)
