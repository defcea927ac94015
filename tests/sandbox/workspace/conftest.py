"""A workspace on a free loopback port, and a real Slack app to connect to it."""

import asyncio
import dataclasses
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
import uvicorn
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp

from sandbox.workspace import Manifest, Timings, Workspace
from sandbox.workspace.manifest import SCOPES, Command

ANN, BEN, OTTO = "U0ANNREQ001", "U0BENAPP001", "U0OTTOOUT01"
DEPLOYS, GENERAL = "C0DEPLOYS01", "C0GENERAL01"

MANIFEST = Manifest(
    commands=(
        Command("/pawdeploy", "Ship", "staging [ref] | status"),
        Command("/escaped", should_escape=True),
    ),
    scopes=(
        *SCOPES,
        "files:write",
        "im:write",
        "app_mentions:read",
        "channels:manage",
        "pins:read",
    ),
    events=(
        "message.channels",
        "app_mention",
        "reaction_added",
        "reaction_removed",
        "message_metadata_posted",
        "pin_added",
        "pin_removed",
    ),
)
QUICK = Timings(ack=0.3, retries=(0.0, 0.01, 0.01))


@asynccontextmanager
async def serve(app: ASGIApp) -> AsyncIterator[str]:
    """Serve an ASGI app on a free loopback port.

    Uvicorn's own ``serve`` looks only every tenth of a second whether to end; a hundred tests feel that.
    """
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="critical", ws="websockets-sansio", lifespan="off")
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup(sockets=[listening])
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        for one in server.servers:
            one.close()
        for connection in tuple(server.server_state.connections):
            connection.shutdown()
        async with asyncio.timeout(5):
            await asyncio.gather(*server.server_state.tasks)
            while server.server_state.connections:  # noqa: ASYNC110 - uvicorn offers nothing to wait on
                await asyncio.sleep(0)
        listening.close()


class Clock:
    """A clock that moves only when told."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@asynccontextmanager
async def workspace(**options: object) -> AsyncIterator[Workspace]:
    made = Workspace(**{"manifest": MANIFEST, "timings": QUICK, **options})
    async with serve(made.asgi()) as url:
        made.base_url = url
        try:
            yield made
        finally:
            await made.aclose()


@pytest.fixture
async def ws() -> AsyncIterator[Workspace]:
    async with workspace() as made:
        yield made


@pytest.fixture
def client(ws: Workspace) -> AsyncWebClient:
    return client_of(ws)


def client_of(ws: Workspace, token: str = "xoxb-sandbox") -> AsyncWebClient:
    return AsyncWebClient(token=token, base_url=f"{ws.base_url}/slack/api/")


def bolt_app(ws: Workspace) -> AsyncApp:
    return AsyncApp(client=client_of(ws), signing_secret="sandbox-signing-secret")


Connect = Callable[..., Awaitable[AsyncSocketModeHandler]]


@pytest.fixture
async def connect(ws: Workspace) -> AsyncIterator[Connect]:
    """Connect a Bolt app by Socket Mode; closed at the end."""
    handlers: list[AsyncSocketModeHandler] = []

    async def open_one(app: AsyncApp) -> AsyncSocketModeHandler:
        before = ws.link.opened
        handler = AsyncSocketModeHandler(app, "xapp-sandbox")
        handlers.append(handler)
        await handler.connect_async()
        await ws.until(lambda: ws.link.opened > before)
        return handler

    yield open_one
    for handler in handlers:
        await handler.close_async()


@asynccontextmanager
async def over_http(ws: Workspace, app: AsyncApp) -> AsyncIterator[str]:
    """Serve a Bolt app over HTTP and have the workspace deliver to it."""
    handler = AsyncSlackRequestHandler(app)
    door = Starlette(routes=[Route("/slack/events", handler.handle, methods=["POST"])])
    async with serve(door) as url:
        assert await ws.use_http(f"{url}/slack/events")
        yield url
        await ws.use_socket()


def with_scopes(*scopes: str) -> Manifest:
    return dataclasses.replace(MANIFEST, scopes=scopes)
