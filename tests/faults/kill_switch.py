"""Kills the bot with SIGKILL at chosen moments: certain requests, before or after they are served.

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
    path = re.sub(r"^(/slack/upload)/\w+", r"\1", path)
    if path.startswith("/railway/"):
        document = json.loads(body).get("query", "") if body else ""
        found = re.search(r"\{\s*(\w+)", document)
        return f"railway {found.group(1)}" if found else "railway"
    path = re.sub(r"\b[0-9a-f]{40}\b", "SHA", path)
    return re.sub(r"/\d+\b", "/N", path)


class KillSwitch:
    """Armed with names of requests; fires once at each."""

    def __init__(self, app: ASGIApp, box: Sandbox) -> None:
        self._app = app
        self._box = box
        self.armed: dict[str, When] = {}
        """What will kill, and when."""
        self.seen: list[str] = []
        """Names of the requests that passed, in order."""
        self.fired: list[str] = []
        """Names of the requests that killed since it was armed, in order."""
        self.serving = 0
        """How many requests are being served that will kill once they are."""
        self._left = 0
        self._whenever: When = "before"

    def arm_at(self, number: int, when: When) -> None:
        """Fire at the ``number``-th request or delivery from now, whatever it is for."""
        self._left, self._whenever, self.armed, self.fired = number, when, {}, []

    def called(self, path: str, body: bytes) -> str:
        """Name a request; a flow that has more to tell apart says how."""
        return name_of(path, body)

    def counted(self) -> bool:
        """Count one more; return whether it is the one to fire at."""
        self._left -= 1
        return self._left == 0

    def fire(self, name: str) -> None:
        """Kill now, because of what is called ``name``."""
        self.fired.append(name)
        if self._box.bot_running:  # not dying of another request already
            os.kill(self._box.process.pid, signal.SIGKILL)

    def arm(self, *names: str, when: When) -> None:
        """Fire at the next request of each of ``names``."""
        self.armed, self.fired = dict.fromkeys(names, when), []

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
        name = f"{scope['method']} {self.called(scope['path'], body)}"
        self.seen.append(name)
        when = self.armed.pop(name, None)
        if self.counted():
            when = self._whenever

        given = False

        async def again() -> Message:
            nonlocal given
            if given:
                return await receive()  # the caller going away is news that whoever answers late waits for
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        async def send_or_fire(message: Message) -> None:
            if when == "after" and message["type"] == "http.response.start":
                self.fire(name)
            await send(message)

        if when == "before":
            self.fire(name)
            return
        self.serving += when == "after"
        try:
            await self._app(scope, again, send_or_fire)
        finally:
            self.serving -= when == "after"


class KillableSandbox(Sandbox):
    """A sandbox whose door is watched by a ``KillSwitch``."""

    switch: KillSwitch

    def _app(self) -> ASGIApp:  # type: ignore[override]  # any ASGI app will do
        self.switch = KillSwitch(super()._app(), self)
        return self.switch
