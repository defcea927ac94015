"""Wakes what waits for something when somebody tells that it happened. A hint: whoever waits looks itself."""

import asyncio
from collections import defaultdict


class Nudges:
    """Named bells. A bell that nobody waits for rings unheard, and nothing is lost by it."""

    def __init__(self) -> None:
        self._waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    def ring(self, name: str) -> None:
        """Wake everybody who waits for ``name``."""
        for event in self._waiting.get(name, ()):
            event.set()

    async def wait(self, names: tuple[str, ...], seconds: float) -> bool:
        """Wait until one of ``names`` is rung, at most ``seconds``; say whether it was."""
        event = asyncio.Event()
        for name in names:
            self._waiting[name].add(event)
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            return False
        finally:
            for name in names:
                self._waiting[name].discard(event)
                if not self._waiting[name]:
                    del self._waiting[name]
        return True
