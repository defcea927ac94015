"""Rules of ``bot/web/appstore.py``: what Apple signed rings; what anybody else sends does not."""

import asyncio
import hmac
import json

import httpx
import pytest
from pydantic import SecretStr

from bot.metrics import Metrics
from bot.web import create_web
from bot.web.appstore import LARGEST_BODY, appstore_door
from tests.bot.web.test_health import ALL_WELL, Says

SECRET = "apples-own-secret-word"
BODY = json.dumps({"data": {"type": "appStoreVersionAppVersionStateUpdated", "id": "v-1"}}).encode()


def signed(body, secret=SECRET, prefix="hmacsha256="):
    return {"x-apple-signature": prefix + hmac.new(secret.encode(), body, "sha256").hexdigest()}


class Apple:
    def __init__(self, patience=10.0, tells=True) -> None:
        self.heard: list[bytes] = []
        self.counted: list[tuple[str, str]] = []

        def ring(body: bytes) -> bool:
            self.heard.append(body)
            return tells

        def count(source: str, became: str) -> None:
            self.counted.append((source, became))

        door = appstore_door(SecretStr(SECRET), ring, count, patience=patience)
        app = create_web(None, Says(ALL_WELL), Metrics(), hooks=[door])
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://bot.test")

    async def post(self, body, headers) -> httpx.Response:
        async with self.http as http:
            return await http.post("/hooks/appstore", content=body, headers=headers)


async def test_what_apple_signed_rings_with_its_very_bytes():
    apple = Apple()
    answer = await apple.post(BODY, signed(BODY))

    assert (answer.status_code, answer.json()) == (200, {"status": "heard"})
    assert apple.heard == [BODY]
    assert apple.counted == [("appstore", "applied")]


async def test_a_ping_is_answered_well():
    apple = Apple(tells=False)
    answer = await apple.post(b"{}", signed(b"{}"))

    assert (answer.status_code, answer.json()) == (200, {"status": "ignored"})
    assert apple.counted == [("appstore", "ignored")]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        signed(BODY, "another secret"),
        signed(BODY + b" "),
        signed(BODY, prefix=""),
        signed(BODY, prefix="sha256="),
        {"x-apple-signature": "hmacsha256=\N{LATIN SMALL LETTER E WITH ACUTE}"},
    ],
    ids=["none", "another secret", "another body", "no prefix", "another prefix", "not ASCII"],
)
async def test_what_was_not_signed_rings_nothing(headers):
    apple = Apple()
    raw = {name: value.encode() for name, value in headers.items()}
    answer = await apple.post(BODY, raw)

    assert answer.status_code == 401
    assert (apple.heard, apple.counted) == ([], [("appstore", "refused")])


async def test_two_signatures_of_which_one_is_right_are_none():
    apple = Apple()
    right = ("x-apple-signature", signed(BODY)["x-apple-signature"])
    answer = await apple.post(BODY, [right, ("x-apple-signature", "hmacsha256=00")])

    assert (answer.status_code, apple.heard) == (401, [])


async def test_what_is_too_large_is_refused_before_it_is_read_whole():
    apple = Apple()
    answer = await apple.post(b"x" * (LARGEST_BODY + 1), {})

    assert (answer.status_code, apple.counted) == (413, [("appstore", "refused")])


async def test_what_is_too_slow_is_refused():
    async def never():
        yield b"{"
        await asyncio.Event().wait()

    apple = Apple(patience=0.01)
    answer = await apple.post(never(), {})

    assert (answer.status_code, apple.heard) == (408, [])
