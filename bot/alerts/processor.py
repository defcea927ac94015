"""Reads what was told, in the order in which it came, and has it written down. Runs on the leader alone.

A message that cannot be read now, for a vendor has to be asked first and is away, waits and lets others by.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot.alerts.needs import AlertKit
from bot.alerts.reading import Read, Unread
from bot.db.alerts_store import Told
from bot.db.hooks_store import Waiting
from bot.engine.alerts import Source
from bot.engine.arrivals import OURS, Arrival
from bot.errors import VendorUnavailable

log = structlog.get_logger(__name__)

BATCH = 25
"""Messages of one transaction: whoever takes new ones in waits no longer than that."""
BEGIN = 2
"""Groups that may begin in one transaction."""
_MET = 10_000
"""Groups remembered to have begun; to take one for new costs a transaction more, nothing else."""
_BETWEEN = 0.1
"""Seconds between transactions in which groups begin; Slack takes their cards no faster."""
_BREATH = 0.2
"""Seconds between batches that are not full."""
_WAITING = 500
"""Messages looked at to find some that can be read."""
_LONGEST_PAUSE = timedelta(minutes=5)
_NAMED = frozenset({Source.GENERIC, Source.GITHUB})
"""Senders whose name for a delivery is the same on every try, so that the same words are told anew."""
_GIVE_UP = 60
"""Tries, hours of them: what the vendor will not speak of is put aside."""


class Reader(Protocol):
    """Who understands messages."""

    async def read(self, arrival: Arrival) -> Read:
        """Return its events, or why there are none; raises ``VendorUnavailable``: read it again later."""


class Processor:
    """Call ``tell`` from anywhere in the loop when something has come."""

    def __init__(
        self,
        kit: AlertKit,
        reader: Reader,
        *,
        leads: Callable[[], Awaitable[bool]],
        opened: Callable[[], None],
    ) -> None:
        """Make one; ``opened`` is told when something began or came back."""
        self._kit = kit
        self._reader = reader
        self._opened = opened
        self._leads = leads
        self._wake = asyncio.Event()
        self._later: dict[int, datetime] = {}
        self._met: set[str] = set()

    def tell(self) -> None:
        """Something has come."""
        self._wake.set()

    async def turn(self) -> None:
        """Read all there is, then wait for more; called again and again."""
        self._wake.clear()
        while read := await self.step():
            if read < BATCH:  # what comes within a breath is written down together, at the cost of one
                await self._kit.clock.sleep(_BREATH)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1.0):
                await self._wake.wait()

    async def step(self) -> int:
        """Read and write down one batch; return how many messages were looked at."""
        if not await self._leads():
            return 0
        now = self._kit.clock.now()
        waiting = await self._kit.hooks.undone(_WAITING if self._later else BATCH)
        self._later = {number: at for number, at in self._later.items() if at > now}
        batch = [hook for hook in waiting if hook.id not in self._later][:BATCH]
        told = [read for hook in batch if (read := await self._understood(hook, now)) is not None]
        if not told:
            return len(batch)  # all of them wait: those behind them need not
        for number, part in enumerate(self._parts(told)):
            if number:  # whoever sends meanwhile gets a turn
                await self._kit.clock.sleep(_BETWEEN)
            await self._write_down(part, now)
        return len(batch)

    def _parts(self, told: Sequence[Told]) -> Iterator[Sequence[Told]]:
        """Part a batch in which many groups begin: the first message of one takes as long as ten others."""
        part: list[Told] = []
        begin: set[str] = set()
        if len(self._met) > _MET:
            self._met.clear()
        for one in told:
            new = {event.fingerprint for event in one.events} - self._met
            if part and len(begin | new) > BEGIN:
                yield part
                part, begin = [], set()
            part.append(one)
            begin |= new
            self._met |= new
        yield part

    async def _write_down(self, told: Sequence[Told], now: datetime) -> None:
        applied = await self._kit.alerts.apply(told, self._kit.router.applying(), now=now)
        for (source, outcome), number in applied.outcomes.items():
            self._kit.metrics.hook(source, outcome, number)
        if applied.opened:
            self._opened()
        self._kit.cards.changed()

    async def _understood(self, hook: Waiting, now: datetime) -> Told | None:
        arrival = hook.arrival
        # Not "except": whatever one message does to its reader, those behind it are read.
        (read,) = await asyncio.gather(self._reader.read(arrival), return_exceptions=True)
        if isinstance(read, VendorUnavailable):
            log.warning("a message waits for its vendor", key=arrival.key, trouble=str(read))
            if hook.tries < _GIVE_UP:
                self._later[hook.id] = now + min(_LONGEST_PAUSE, timedelta(seconds=2 ** min(hook.tries, 9)))
                await self._kit.hooks.tried([hook.id])
                return None
            read = Unread("ignored", "its vendor could not be asked")
        if isinstance(read, BaseException):
            if not isinstance(read, Exception):
                raise read
            log.error("a message could not be read", key=arrival.key, exc_info=read)
            read = Unread("unreadable", "our reader failed")
        if isinstance(read, Unread) and read.outcome != "ignored":
            log.warning("a message nobody understands", key=arrival.key, kind=arrival.resource, why=read.why)
        return Told(
            hook=hook.id,
            source=arrival.source.value,
            twin="" if arrival.resource == OURS or arrival.source in _NAMED else arrival.twin,
            received_at=arrival.at,
            events=() if isinstance(read, Unread) else read,
            outcome=read.outcome if isinstance(read, Unread) else "",
        )
