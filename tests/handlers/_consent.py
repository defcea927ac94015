"""Consent in memory for the door's own tests: what was said, in order. ``trouble`` is raised next."""

from bot.engine.runs import RunView
from tests.handlers._desk import MemoryDesk


class MemoryConsent:
    """Keeps every call as a tuple: what, run, binding, who, why."""

    def __init__(self, desk: MemoryDesk) -> None:
        self.desk = desk
        self.said: list[tuple] = []
        self.trouble: Exception | None = None

    async def approve(self, run_id: int, binding: str, by: str) -> RunView:
        return await self._hear("approve", run_id, binding, by)

    async def may_reject(self, run_id: int, binding: str, by: str) -> RunView:
        return await self._hear("may_reject", run_id, binding, by)

    async def reject(self, run_id: int, binding: str, by: str, reason: str) -> RunView:
        return await self._hear("reject", run_id, binding, by, reason)

    async def withdraw(self, run_id: int, binding: str, by: str) -> RunView:
        return await self._hear("withdraw", run_id, binding, by)

    async def give_reason(self, run_id: int, by: str, reason: str) -> RunView:
        return await self._hear("give_reason", run_id, by, reason)

    async def reacted(self, channel: str, ts: str) -> None:
        self.said.append(("reacted", channel, ts))

    async def _hear(self, what: str, run_id: int, *words: str) -> RunView:
        if self.trouble is not None:
            raise self.trouble
        self.said.append((what, run_id, *words))
        return await self.desk.run(run_id)
