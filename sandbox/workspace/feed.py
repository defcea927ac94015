"""News of the workspace: every change is told to the pages that watch and to the tests that wait.

Knows nothing of what a change means; it passes names and JSON on.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from sandbox.workspace.model import Json

T = TypeVar("T")
Item = tuple[str, Json]


class Feed:
    """Told once, heard by everyone who listens. One event loop only."""

    def __init__(self) -> None:
        self._listeners: dict[asyncio.Queue[Item | None], str] = {}
        self._changed: set[asyncio.Event] = set()

    def tell(self, name: str, data: Json, *, only: str | None = None) -> None:
        """Publish ``name``; with ``only``, just to the pages of that person. Waiters are always woken."""
        for queue, user in self._listeners.items():
            if only is None or user in ("", only):
                queue.put_nowait((name, data))
        self.wake()

    def wake(self) -> None:
        """Have every waiter look again."""
        for event in self._changed:
            event.set()

    @asynccontextmanager
    async def listen(self, user: str) -> AsyncIterator["asyncio.Queue[Item | None]"]:
        """Collect what ``user`` (empty: anybody) would see from now on; ``None`` means the end."""
        queue: asyncio.Queue[Item | None] = asyncio.Queue()
        self._listeners[queue] = user
        try:
            yield queue
        finally:
            self._listeners.pop(queue, None)

    def end(self) -> None:
        """Let every listener go: the workspace closes."""
        for queue in self._listeners:
            queue.put_nowait(None)

    async def until(self, predicate: Callable[[], T], timeout: float) -> T:  # noqa: ASYNC109 - the one limit a test sets
        """Return the predicate's first truthy answer, asked again after every change.

        Raises ``TimeoutError`` after ``timeout`` seconds.
        """
        event = asyncio.Event()
        self._changed.add(event)
        try:
            async with asyncio.timeout(timeout):
                while not (answer := predicate()):
                    event.clear()
                    await event.wait()
                return answer
        finally:
            self._changed.discard(event)
