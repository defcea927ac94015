"""A web server inside our own loop and process: it serves, and leaves signals to the process."""

import contextlib
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp


class GuestServer(uvicorn.Server):
    """uvicorn without its own signal handling."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave SIGTERM and SIGINT to whoever runs the loop."""
        yield


def make_server(app: ASGIApp) -> GuestServer:
    """Build a server for ``app``; ``serve`` is given the sockets it listens on."""
    return GuestServer(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off"))
