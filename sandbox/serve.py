"""One uvicorn server inside this process, on loopback, that simulators and tests run behind.

Knows sockets and starting up. Must not know what it serves.
"""

import asyncio
import socket
from typing import Self

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.web.server import GuestServer, take_port
from sandbox.vendors._answers import DROP


class _Droppable(H11Protocol):
    """HTTP as uvicorn speaks it, plus a way for the app to cut the connection as a broken network would."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        served = self.app

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            scope.setdefault("extensions", {})[DROP] = transport.abort
            await served(scope, receive, send)

        self.app = app


class Server:
    """Serve an ASGI app on 127.0.0.1 for as long as the ``async with`` lasts."""

    def __init__(self, app: ASGIApp, *, port: int = 0) -> None:
        self._app = app
        self._wanted = port
        self._bound = 0
        self._socket: socket.socket | None = None
        self._server: uvicorn.Server | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def port(self) -> int:
        """The port it listens on, or listened on; the wanted one before the start."""
        return self._bound or self._wanted

    @property
    def url(self) -> str:
        """The address without a trailing slash."""
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        """Bind and start. ``OSError`` when the port is taken."""
        self._socket = take_port("127.0.0.1", self._wanted)
        self._bound = int(self._socket.getsockname()[1])
        config = uvicorn.Config(
            self._app,
            http=_Droppable,
            ws="websockets-sansio",
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=1,
        )
        self._server = GuestServer(config)
        self._task = asyncio.create_task(self._server.serve(sockets=[self._socket]))
        while not self._server.started:
            if self._task.done():
                await self._task
            await asyncio.sleep(0.005)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop; open connections are given one second."""
        if self._server is not None and self._task is not None:
            self._server.should_exit = True
            await self._task
        if self._socket is not None:
            self._socket.close()
