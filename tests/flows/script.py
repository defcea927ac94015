"""Makes things happen at one exact moment of a run: when the bot sends a certain request.

Stands at the sandbox's door as plain ASGI. What happens is up to the test: a knob turns, the request is held,
or it is answered in the vendor's place.
"""

import asyncio
from collections.abc import Awaitable, Callable

from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.launch import Sandbox
from tests.faults.kill_switch import name_of

Act = Callable[[], Awaitable[Response | None]]
"""Done before the request is served; a response given is the answer, and the vendor never hears of it."""

FIRST_LOOK = "POST railway deployment"
START = "POST railway serviceInstanceDeployV2"
PLATFORM = "POST railway platformStatus"
CHECK_RUNS = "GET /github/repos/pawlogic/backend/commits/SHA/check-runs"
RECORDS = "GET /github/repos/pawlogic/backend/deployments"
SMOKE = "GET /backend/api/staging/version"


class Script:
    """What is to happen once, by the name of a request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._acts: dict[str, Act] = {}

    def at(self, name: str, act: Act) -> None:
        """Do ``act`` when the next request called ``name`` arrives."""
        self._acts[name] = act

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, after what the script says."""
        if scope["type"] != "http" or not self._acts or scope["path"].startswith(("/_page", "/_faults")):
            await self._app(scope, receive, send)
            return
        body, more = b"", True
        while more:
            part = await receive()
            body += part.get("body", b"")
            more = part.get("more_body", False)
        act = self._acts.pop(f"{scope['method']} {name_of(scope['path'], body)}", None)
        answer = await act() if act else None
        given = False

        async def again() -> Message:
            nonlocal given
            if given:
                return await receive()  # the caller going away is news the vendors wait for
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        await (answer or self._app)(scope, again, send)


class ScriptedSandbox(Sandbox):
    """A sandbox whose door follows a ``Script``."""

    script: Script

    def _app(self) -> ASGIApp:  # type: ignore[override]  # any ASGI app will do
        self.script = Script(super()._app())
        return self.script


def turning(box: Sandbox, knob: str, value: str) -> Act:
    """Turn a knob, this request included."""

    async def act() -> None:
        box.faults.set(knob, value)

    return act


def holding(arrived: asyncio.Event, release: asyncio.Event) -> Act:
    """Keep the request at the door until released."""

    async def act() -> None:
        arrived.set()
        await release.wait()

    return act


def answering(status: int, body: object) -> Act:
    """Answer in the vendor's place."""

    async def act() -> Response:
        return JSONResponse(body, status)

    return act
