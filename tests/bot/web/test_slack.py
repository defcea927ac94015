"""Rules of ``bot/web/slack.py``: only what Slack signed, lately and of a size, gets in, and gets in whole."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from urllib.parse import urlencode

import httpx
import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.signature import SignatureVerifier
from starlette.applications import Starlette
from starlette.routing import Route

from bot.web.slack import slack_door

SIGNING_SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
COMMAND = urlencode({
    "command": "/pawdeploy", "text": "staging", "user_id": "U0ANNREQ001", "team_id": "T0", "channel_id": "C0",
    "trigger_id": "1.2.a", "response_url": "https://hooks.slack.example/1",
})  # fmt: skip
FORM = "application/x-www-form-urlencoded"


class Door:
    """A real Bolt app behind the door; keeps the commands that got in."""

    def __init__(self) -> None:
        async def authorize(**_: object) -> AuthorizeResult:
            return AuthorizeResult(enterprise_id=None, team_id="T0", bot_token="xoxb-test", bot_user_id="U1")

        self.commands: list[str] = []
        self.app = AsyncApp(signing_secret=SIGNING_SECRET, authorize=authorize)

        @self.app.command("/pawdeploy")
        async def taken(ack, command) -> None:
            await ack()
            self.commands.append(command["text"])

        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(
                app=Starlette(
                    routes=[
                        Route(
                            "/slack/events",
                            slack_door(self.app, SIGNING_SECRET, largest=2000, patience=0.2),
                            methods=["POST"],
                        )
                    ]
                )
            ),
            base_url="http://bot.test",
        )

    async def send(
        self, body: bytes | AsyncIterator[bytes], headers: dict[str, str], form: str = FORM
    ) -> httpx.Response:
        return await self.http.post("/slack/events", content=body, headers={"content-type": form, **headers})


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    door = Door()
    async with door.http:
        yield door


def signed(body: str, *, age: float = 0, secret: str = SIGNING_SECRET) -> dict[str, str]:
    timestamp = str(int(time.time() - age))
    signature = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body)
    assert signature is not None
    return {"x-slack-request-timestamp": timestamp, "x-slack-signature": signature}


async def test_a_signed_command_gets_in(door: Door) -> None:
    answer = await door.send(COMMAND.encode(), signed(COMMAND))

    assert answer.status_code == 200
    assert door.commands == ["staging"]


async def test_slack_is_not_told_to_stop_repeating(door: Door) -> None:
    answer = await door.send(COMMAND.encode(), signed(COMMAND))

    assert "x-slack-no-retry" not in answer.headers


async def test_slacks_question_whether_we_are_there_is_answered(door: Door) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1aB"})

    answer = await door.send(body.encode(), signed(body), "application/json")

    assert answer.json() == {"challenge": "3eZbrw1aB"}


def genuine(**changes: str) -> dict[str, str]:
    return signed(COMMAND) | changes


# Signed when the test runs: what was signed at import is a minute old, or five, in a long run.
REFUSED: dict[str, Callable[[], dict[str, str]]] = {
    "no signature at all": dict,
    "a signature by another secret": lambda: signed(COMMAND, secret="another"),
    "a signature of another body": lambda: signed(COMMAND + "&text=production"),
    "a genuine request, replayed after six minutes": lambda: signed(COMMAND, age=360),
    "a timestamp from the future": lambda: signed(COMMAND, age=-360),
    "a fresh timestamp with an old signature": lambda: (
        signed(COMMAND, age=360) | {"x-slack-request-timestamp": str(int(time.time()))}
    ),
    "a timestamp that is no number": lambda: genuine(**{"x-slack-request-timestamp": "now"}),
    "a timestamp in other digits": lambda: genuine(**{"x-slack-request-timestamp": "\u00b2\u00b2"}),
    "an endless timestamp": lambda: genuine(**{"x-slack-request-timestamp": "1" * 5000}),
    "a signature in other letters": lambda: genuine(**{"x-slack-signature": "v0=\u00e9"}),
    "an empty signature": lambda: genuine(**{"x-slack-signature": ""}),
    "a signature of another version": lambda: genuine(
        **{"x-slack-signature": genuine()["x-slack-signature"].replace("v0", "v1")}
    ),
}


@pytest.mark.parametrize("what", REFUSED)
async def test_what_slack_did_not_sign_lately_is_refused(what: str, door: Door) -> None:
    headers = {name: value.encode("latin-1") for name, value in REFUSED[what]().items()}
    answer = await door.http.post(
        "/slack/events", content=COMMAND.encode(), headers={"content-type": FORM.encode(), **headers}
    )

    assert answer.status_code == 401
    assert door.commands == []


async def test_bytes_that_are_no_text_are_refused(door: Door) -> None:
    answer = await door.send(b"text=\xff\xfe", genuine())

    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("body", "form"),
    [
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b"[" * 1900, "application/json"),
        (b"9" * 1900, "application/json"),
        (b"null", "application/json"),
        (b"payload={", FORM),
        (b"payload=%5B%5D", FORM),
        (b"payload=1", FORM),
        (b'{"event": 1, "team": 2}', "application/json"),
        (b'{"user": 1, "team_id": {}, "authorizations": 5, "view": 7}', "application/json"),
        (b'{"authorizations": [1], "context_team_id": []}', "application/json"),
    ],
)
async def test_an_unsigned_body_of_any_shape_is_refused_and_breaks_nothing(
    door: Door, body: bytes, form: str
) -> None:
    answer = await door.send(body, signed("another body"), form)

    assert answer.status_code == 401


async def test_a_body_too_large_is_refused_even_if_signed(door: Door) -> None:
    body = COMMAND + "&x=" + "y" * 2000

    answer = await door.send(body.encode(), signed(body))

    assert answer.status_code == 413
    assert door.commands == []


async def test_a_body_that_grows_too_large_is_not_read_to_its_end(door: Door) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        for _ in range(100):
            sent += 500
            yield b"y" * 500

    answer = await door.send(endless(), genuine())

    assert answer.status_code == 413
    assert sent < 50_000


async def test_a_body_that_never_ends_is_not_waited_for(door: Door) -> None:
    async def stalled() -> AsyncIterator[bytes]:
        yield b"text="
        await asyncio.sleep(30)

    async with asyncio.timeout(5):
        answer = await door.send(stalled(), genuine())

    assert answer.status_code == 408


async def test_a_body_just_small_enough_gets_in(door: Door) -> None:
    body = COMMAND + "&x=" + "y" * (2000 - len(COMMAND) - 3)

    assert (await door.send(body.encode(), signed(body))).status_code == 200


async def test_only_post_is_taken(door: Door) -> None:
    assert (await door.http.get("/slack/events")).status_code == 405
