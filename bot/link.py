"""The link over which Slack reaches us: two Socket Mode connections, so that a refresh of one leaves no gap.

A watchdog replaces connections that are open but silent; slack_sdk's own reconnects cover the rest.
"""

import asyncio
import time

import structlog
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

from bot.settings import Settings

log = structlog.get_logger(__name__)

CONNECTIONS = 2


class SocketLink:
    """Socket Mode. ``start`` returns at once: Slack may be away for as long as it likes."""

    def __init__(self, app: AsyncApp, app_token: str, *, ping_interval: float = 5.0) -> None:
        self._app = app
        self._app_token = app_token
        self._ping_interval = ping_interval
        self._alive_at: dict[AsyncSocketModeHandler, float] = {}
        """When each connection last gave a sign of life, or was begun; ``time.monotonic``."""
        self._connecting: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Begin connecting."""
        for _ in range(CONNECTIONS):
            self._add()

    def _add(self) -> None:
        handler = AsyncSocketModeHandler(self._app, self._app_token, ping_interval=self._ping_interval)
        self._alive_at[handler] = time.monotonic()
        task = asyncio.create_task(handler.connect_async())
        self._connecting.add(task)
        task.add_done_callback(self._connecting.discard)

    async def connected(self) -> int:
        """Return how many connections are open and answering pings."""
        return sum([await handler.client.is_connected() for handler in self._alive_at])

    async def replace_silent(self, silence: float) -> int:
        """Replace connections without a sign of life for ``silence`` seconds; return how many.

        That covers what slack_sdk's own pings do not: a connection that hangs while it is being made.
        """
        now, replaced = time.monotonic(), 0
        for handler, alive_at in list(self._alive_at.items()):
            if await handler.client.is_connected():
                self._alive_at[handler] = now
            elif now - alive_at >= silence:
                log.warning("a silent Slack connection is replaced", silent_for=round(now - alive_at))
                del self._alive_at[handler]
                self._add()
                await handler.close_async()
                replaced += 1
        return replaced

    async def stop(self) -> None:
        """Close every connection; Slack delivers to other replicas, or not at all."""
        for task in self._connecting:
            task.cancel()
        for handler in self._alive_at:
            await handler.close_async()
        self._alive_at.clear()


class HttpLink:
    """HTTP mode: Slack calls us, so there is nothing to open; being asked is being connected."""

    async def start(self) -> None:
        """Nothing to do."""

    async def connected(self) -> int:
        """Return 1: the web server's own health covers the rest."""
        return 1

    async def replace_silent(self, silence: float) -> int:
        """Return 0: there is no connection to replace."""
        del silence
        return 0

    async def stop(self) -> None:
        """Nothing to do."""


Link = SocketLink | HttpLink


def make_link(settings: Settings, slack: AsyncApp, *, silence: float) -> Link:
    """Socket Mode when there is an app token, else HTTP; pinged several times within ``silence`` seconds."""
    if settings.slack_app_token is None:
        return HttpLink()
    token = settings.slack_app_token.get_secret_value()
    return SocketLink(slack, token, ping_interval=min(5.0, silence / 4))
