"""The simulated stores behind a real server on loopback, and our clients made as the bot makes them."""

import ssl
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from bot.engine.mobile import AppPlatform
from bot.integrations import appstore, googleplay
from bot.integrations._http import Retry, build_http
from sandbox.faults import Faults
from sandbox.serve import Server
from sandbox.vendors.appstore import AppStoreSim
from sandbox.vendors.appstore_world import Times as AppleTimes
from sandbox.vendors.googleplay import GooglePlaySim
from sandbox.vendors.googleplay_world import Times as GoogleTimes

IOS, ANDROID = AppPlatform.IOS, AppPlatform.ANDROID
ONCE = Retry(attempts=1)
REVIEW, SHARE = 10, 300
"""Seconds a step of a review and one of a rollout take, at either store."""


def wire() -> httpx.AsyncHTTPTransport:
    """Make a transport that trusts nobody: certificates are read from disk at length, and none is needed."""
    return httpx.AsyncHTTPTransport(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), trust_env=False)


class Served:
    """Both stores, their clients, and a clock that a test moves; for as long as the ``async with`` lasts."""

    def __init__(self) -> None:
        self.time = datetime(2026, 11, 23, 12, tzinfo=UTC)
        self.faults = Faults()
        apple = AppleTimes(waiting=REVIEW, review=REVIEW, processing=REVIEW, day=SHARE)
        google = GoogleTimes(review=2 * REVIEW, share=SHARE)
        self.apple = AppStoreSim(self.faults, now=self.now, clock=self.now, times=apple)
        self.google = GooglePlaySim(self.faults, now=self.now, clock=self.now, times=google)
        self.heard: list[tuple[str, bytes]] = []
        """Signature and body of every message of Apple's."""
        self._stack = AsyncExitStack()

    async def __aenter__(self):
        app = Starlette(
            routes=[
                Mount("/appstore", app=self.apple.asgi),
                Mount("/googleplay", app=self.google.asgi),
                Route("/hooks/appstore", self._hear, methods=["POST"]),
            ]
        )
        self.server = await self._stack.enter_async_context(Server(app))
        self._stack.push_async_callback(self.apple.aclose)
        told = self.apple.variables(self.server.url) | self.google.variables(self.server.url)
        key = appstore.Key(told["APPSTORE_KEY"], told["APPSTORE_KEY_ID"], told["APPSTORE_ISSUER"])
        http = await self._stack.enter_async_context(build_http(told["APPSTORE_API_URL"], transport=wire()))
        self.ios = appstore.AppStore(http, "6450012345", appstore.Tokens(key, self.now), retry=ONCE)
        http = await self._stack.enter_async_context(build_http(told["GOOGLEPLAY_API_URL"], transport=wire()))
        account = googleplay.Account(told["GOOGLEPLAY_ACCOUNT"])
        tokens = googleplay.Tokens(http, account, self.now, retry=ONCE)
        self.android = googleplay.GooglePlay(http, "app.pawlogic", "production", tokens, self.now, retry=ONCE)
        return self

    async def __aexit__(self, *_):
        await self._stack.aclose()

    def now(self) -> datetime:
        return self.time

    def later(self, seconds: float = REVIEW) -> None:
        self.time += timedelta(seconds=seconds)

    def submit(self, version: str = "1.5.0", number: str = "61") -> None:
        """Hand a version over to both."""
        self.apple.submitted(IOS, version, number)
        self.google.submitted(ANDROID, version, f"1500{number}")

    def store(self, platform: AppPlatform):
        return self.ios if platform is IOS else self.android

    async def newest(self, platform: AppPlatform):
        return (await self.store(platform).versions())[0]

    async def reviewed(self) -> None:
        """Let time pass until both reviews are over, looking as people do."""
        for _ in range(4):
            self.later()
            for platform in AppPlatform:
                await self.store(platform).versions()

    async def _hear(self, request: Request) -> Response:
        self.heard.append((request.headers.get("x-apple-signature", ""), await request.body()))
        return Response(status_code=202)
