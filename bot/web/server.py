"""A web server inside our own loop and process: it serves, and leaves signals to the process."""

import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp

from bot.errors import StartupError


class GuestServer(uvicorn.Server):
    """uvicorn without its own signal handling."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave SIGTERM and SIGINT to whoever runs the loop."""
        yield


def make_server(app: ASGIApp) -> GuestServer:
    """Build a server for ``app``; ``serve`` is given the sockets it listens on."""
    return GuestServer(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws="none"))


def listen(host: str, port: int) -> socket.socket:
    """Take the port before anything else happens: a bot that cannot be asked how it is does not start.

    Raises:
        StartupError: when it is taken, or not ours to take.

    """
    try:
        return take_port(host, port)
    except OSError as error:
        msg = f"the web server cannot listen on {host}:{port}; set PORT to a free one"
        raise StartupError(msg) from error


def take_port(host: str, port: int) -> socket.socket:
    """Listen on a port, or on any that is free: 0. ``OSError`` when it is taken, or not ours to take."""
    door = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    # Whoever comes in inherits it. asyncio sets it for sockets of its own alone, and an answer in two pieces,
    # head and body, waits 40 ms for the other side to acknowledge the first.
    door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return door
