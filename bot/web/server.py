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


def make_server(app: ASGIApp, *, host: str, port: int) -> GuestServer:
    """Build a server for ``app``; it listens when ``serve`` is awaited."""
    return GuestServer(
        uvicorn.Config(app, host=host, port=port, log_config=None, access_log=False, lifespan="off")
    )
