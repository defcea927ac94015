"""Those who send to ``/hooks/…``, and a store in memory behind the real doors."""

import hmac
from collections.abc import AsyncIterator

import httpx
from pydantic import SecretStr

from bot.clock import Clock
from bot.engine.arrivals import Arrival
from bot.metrics import Metrics
from bot.web import create_web
from bot.web.hooks import PATIENCE, HookSecrets, hooks_doors
from tests.bot.test_webhooks import NOON, SECRET
from tests.bot.web.test_health import ALL_WELL, Says

SENTRY_SECRET, EXPO_SECRET = "sentrys-client-secret", "expos-own-secret-word"
GITHUB_SECRET = "It's a Secret to Everybody"
RAILWAY_SECRET = "r4ilway-" * 4
SECRETS = {
    "sentry": SecretStr(SENTRY_SECRET),
    "github": SecretStr(GITHUB_SECRET),
    "expo": SecretStr(EXPO_SECRET),
    "railway": SecretStr(RAILWAY_SECRET),
    "generic": SecretStr(SECRET),
}
ADDRESSES = ("sentry", "github", "expo", f"railway/{RAILWAY_SECRET}", "generic")


def sentry(body: bytes, secret: str = SENTRY_SECRET) -> dict[str, str]:
    return {"sentry-hook-signature": hmac.new(secret.encode(), body, "sha256").hexdigest()}


def github(body: bytes) -> dict[str, str]:
    digest = hmac.new(GITHUB_SECRET.encode(), body, "sha256").hexdigest()
    return {"x-hub-signature-256": f"sha256={digest}"}


def expo(body: bytes) -> dict[str, str]:
    return {"expo-signature": f"sha1={hmac.new(EXPO_SECRET.encode(), body, 'sha1').hexdigest()}"}


class Noon(Clock):
    def now(self):
        return NOON


class Kept:
    """A store in memory; ``trouble`` is raised instead of storing."""

    def __init__(self) -> None:
        self.arrivals: dict[str, Arrival] = {}
        self.trouble: Exception | None = None

    async def keep(self, arrival: Arrival) -> bool:
        if self.trouble is not None:
            raise self.trouble
        return self.arrivals.setdefault(arrival.key, arrival) is arrival


class Senders:
    """Everybody who sends, and what they got across."""

    def __init__(self) -> None:
        self.kept = Kept()
        self.told = 0
        self.heard: list[Arrival] = []
        self.counted: list[tuple[str, str]] = []
        self.use()

    def use(self, secrets: HookSecrets | None = None, *, patience: float = PATIENCE) -> None:
        def tell() -> None:
            self.told += 1

        def count(source: str, became: str) -> None:
            self.counted.append((source, became))

        secrets = secrets or HookSecrets(**SECRETS)
        doors = hooks_doors(
            self.kept, secrets, Noon(), tell, count, heard=self.heard.append, patience=patience
        )
        self.app = create_web(None, Says(ALL_WELL), Metrics(), hooks=doors)
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app=self.app), base_url="http://bot.test")

    async def post(self, name: str, body: bytes | AsyncIterator[bytes], headers) -> httpx.Response:
        return await self.http.post(f"/hooks/{name}", content=body, headers=headers)
