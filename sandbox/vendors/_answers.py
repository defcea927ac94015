"""How a simulated API answers when its ``answers`` knob is turned: one ASGI wrapper all vendors share.

Knows status codes, delays and dropped connections. Must not know what any request means: the words a vendor
uses for its errors are handed in.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.faults import Faults

CALM = ("normal", "well")
"""Positions of a knob in which an API answers as it should."""
DROP = "sandbox.drop"
"""Key under ``scope["extensions"]`` of the call that cuts the connection; ``sandbox/serve.py`` sets it."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A whole answer that replaces the real one, without the request taking effect."""

    status: int
    body: object
    headers: Mapping[str, str]


class Answers:
    """Wrap an API's ASGI app so that its knob decides how it answers."""

    def __init__(self, app: ASGIApp, faults: Faults, knob: str, refusals: Mapping[str, Refusal]) -> None:
        self._app = app
        self._faults = faults
        self._knob = knob
        self._refusals = refusals

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request the way the knob says."""
        mood = self._faults.get(self._knob) if scope["type"] == "http" else "normal"
        if mood in CALM:
            await self._app(scope, receive, send)
            return
        if refusal := self._refusals.get(mood):
            await _read_all(receive)
            await _send_json(send, refusal)
            return
        kept: list[Message] = []

        async def keep(message: Message) -> None:
            kept.append(message)

        await self._app(scope, receive, keep)  # the effect takes place; only the answer suffers
        match mood:
            case "slow":
                await asyncio.sleep(self._faults.slow_seconds)
                for message in kept:
                    await send(message)
            case "malformed":
                await _send_raw(
                    send, 200, b'{"data": {"deployment": {"id": "', {"content-type": "application/json"}
                )
            case "timeout":
                await hold(receive, self._faults.timeout_seconds)
                await drop(scope, send)
            case "reset":
                await drop(scope, send)
            case _:
                msg = f"{self._knob} has no behaviour for {mood!r}"
                raise ValueError(msg)


async def _read_all(receive: Receive) -> None:
    while (message := await receive()).get("more_body", False):
        if message["type"] == "http.disconnect":
            return


async def hold(receive: Receive, seconds: float) -> None:
    """Keep the connection open and silent until the client gives up or ``seconds`` pass."""
    try:
        async with asyncio.timeout(seconds):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return


async def drop(scope: Scope, send: Send) -> None:
    """Cut the connection as a broken network would."""
    drop: Any = scope.get("extensions", {}).get(DROP)
    if drop is not None:
        drop()
        return
    # Another server: the nearest thing is an answer that stops in the middle.
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"100")]})
    await send({"type": "http.response.body", "body": b"{", "more_body": True})


async def _send_json(send: Send, refusal: Refusal) -> None:
    body = json.dumps(refusal.body).encode()
    await _send_raw(send, refusal.status, body, {"content-type": "application/json", **refusal.headers})


async def _send_raw(send: Send, status: int, body: bytes, headers: Mapping[str, str]) -> None:
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    raw.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})
