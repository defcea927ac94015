"""Time, passed in: the one place that reads the machine's clock and sleeps."""

import asyncio
from datetime import UTC, datetime


class Clock:
    """The real thing. Tests pass one that jumps."""

    def now(self) -> datetime:
        """Return the present moment, aware UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)
