"""Rules of the addresses a whole bot has: what is forged wakes nobody; to wake takes no ``[alerts]``."""

import asyncio
import hmac
import json
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette

from bot.apps import Stores
from bot.bells import Bells
from bot.clock import Clock
from bot.doors import make_doors
from bot.nudges import Nudges
from bot.settings import Settings
from bot.toml_file import load

FILE = load(Path(__file__).parents[2] / "pawdeploy.toml")
EXPO, APPLE = "expos-own-secret-word", "apples-own-secret-word"
BUILD = json.dumps(
    {"id": "b-1", "platform": "ios", "status": "finished", "buildDetailsPageUrl": "https://expo.dev/b-1"}
).encode()
CHANGED = b'{"data":{"type":"appStoreVersionAppVersionStateUpdated","id":"7"}}'


def expo(body, secret=EXPO):
    return {"expo-signature": f"sha1={hmac.new(secret.encode(), body, 'sha1').hexdigest()}"}


def apple(body, secret=APPLE):
    return {"x-apple-signature": f"hmacsha256={hmac.new(secret.encode(), body, 'sha256').hexdigest()}"}


MESSAGES = {
    "expo": ("/hooks/expo", BUILD, expo, "build:b-1"),
    "apple": ("/hooks/appstore", CHANGED, apple, "store:mobile"),
}


class Kept:
    """A store in memory."""

    def __init__(self) -> None:
        self.arrivals = []

    async def keep(self, arrival) -> bool:
        self.arrivals.append(arrival)
        return True


class Bot:
    """The addresses of a bot, where messages are kept and where they are not."""

    def __init__(self, store, **secrets) -> None:
        self.nudges = Nudges()
        self.store = store
        (app,) = (one for one in FILE.apps if one.name == "mobile")
        app = app.model_copy(update={"stores": Stores(apple="6470000000")})
        bells = Bells(self.nudges, FILE.model_copy(update={"apps": (app,)}))
        given = {
            "slack_bot_token": SecretStr("xoxb-test"),
            "slack_app_token": SecretStr("xapp-test"),
            "github_token": SecretStr("ghp_test"),
            "github_webhook_secret": SecretStr("githubs-own-secret"),
        }
        settings = Settings.model_validate(given | secrets)
        self.routes = make_doors(settings, bells, Clock(), lambda *_: None, store=store)

    async def woken(self, path, body, headers, bell) -> tuple[int, bool]:
        """Return how the message is answered, and whether a run that waits for ``bell`` wakes."""
        waiting = asyncio.create_task(self.nudges.wait((bell,), 60))
        await asyncio.sleep(0)
        transport = httpx.ASGITransport(app=Starlette(routes=list(self.routes)))
        async with httpx.AsyncClient(transport=transport, base_url="http://bot.test") as http:
            answer = await http.post(path, content=body, headers=headers)
        for _ in range(3):
            await asyncio.sleep(0)
        rung = waiting.done()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        return answer.status_code, rung


SHARED = {"expo_webhook_secret": SecretStr(EXPO), "appstore_webhook_secret": SecretStr(APPLE)}


@pytest.fixture(params=["with alerts", "without alerts"])
def bot(request):
    return Bot(Kept() if request.param == "with alerts" else None, **SHARED)


@pytest.mark.parametrize("sender", sorted(MESSAGES))
async def test_a_signed_message_wakes_the_run_that_waits(bot, sender):
    path, body, sign, bell = MESSAGES[sender]
    assert await bot.woken(path, body, sign(body), bell) == (200, True)


@pytest.mark.parametrize("sender", sorted(MESSAGES))
async def test_a_forged_message_wakes_nobody(bot, sender):
    path, body, sign, bell = MESSAGES[sender]
    assert await bot.woken(path, body, sign(body, "guessed"), bell) == (401, False)


async def test_expos_message_is_kept_for_the_alerts_and_apples_is_not():
    bot = Bot(Kept(), **SHARED)

    for path, body, sign, bell in MESSAGES.values():
        await bot.woken(path, body, sign(body), bell)

    assert [one.body for one in bot.store.arrivals] == [BUILD]


def test_without_alerts_only_the_addresses_runs_wait_for_exist():
    def paths(store, **secrets):
        return sorted(route.path for route in Bot(store, **secrets).routes)

    assert paths(None) == []
    assert paths(None, **SHARED) == ["/hooks/appstore", "/hooks/expo"]
    assert paths(Kept(), **SHARED) == ["/hooks/appstore", "/hooks/expo", "/hooks/github"]
