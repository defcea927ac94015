"""Kills the bot with SIGKILL at one chosen moment: a certain request, before or after it is served.

Sits between the bot and the simulators as plain ASGI, so that "inside a step" is exact: ``after`` means the
vendor has done what was asked, and the answer never reaches a living bot.
"""

import json
import os
import re
import signal
from typing import Literal

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.launch import Sandbox

When = Literal["before", "after"]


def name_of(path: str, body: bytes) -> str:
    """Name a request by what it is for: a Slack method, a GraphQL operation, a kind of path."""
    if path.startswith("/slack/api/"):
        return path.removeprefix("/slack/api/")
    if path.startswith("/railway/"):
        document = json.loads(body).get("query", "") if body else ""
        found = re.search(r"\{\s*(\w+)", document)
        return f"railway {found.group(1)}" if found else "railway"
    path = re.sub(r"\b[0-9a-f]{40}\b", "SHA", path)
    return re.sub(r"/\d+\b", "/N", path)


class KillSwitch:
    """Armed with a request's name; fires once."""

    def __init__(self, app: ASGIApp, box: Sandbox) -> None:
        self._app = app
        self._box = box
        self._armed: tuple[str, When] | None = None
        self.seen: list[str] = []
        """Names of the requests that passed, in order."""
        self.fired = False

    def arm(self, name: str, when: When) -> None:
        """Fire at the next request called ``name``."""
        self._armed, self.fired = (name, when), False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, and kill when the moment has come."""
        if scope["type"] != "http" or scope["path"].startswith(("/_page", "/_faults")):
            await self._app(scope, receive, send)
            return
        body, more = b"", True
        while more:
            part = await receive()
            body += part.get("body", b"")
            more = part.get("more_body", False)
        name = f"{scope['method']} {name_of(scope['path'], body)}"
        self.seen.append(name)
        when = self._armed[1] if self._armed and self._armed[0] == name else None
        if when:
            self._armed = None

        async def again() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send_or_fire(message: Message) -> None:
            if when == "after" and not self.fired:
                self._fire()
            await send(message)

        if when == "before":
            self._fire()
            return
        await self._app(scope, again, send_or_fire)

    def _fire(self) -> None:
        self.fired = True
        os.kill(self._box.process.pid, signal.SIGKILL)


class KillableSandbox(Sandbox):
    """A sandbox whose door is watched by a ``KillSwitch``."""

    switch: KillSwitch

    def _app(self) -> ASGIApp:  # type: ignore[override]  # any ASGI app will do
        self.switch = KillSwitch(super()._app(), self)
        return self.switch
