"""One step at work: what its code may say, remember, wait for and ask. Knows the run, not its pipeline."""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from bot.engine.runs import RunView
from bot.engine.states import RunState, StepName
from bot.errors import CancelRequested, VendorUnavailable
from bot.pipelines.needs import Kit

T = TypeVar("T")
_SLICE = 0.5
_LONGEST_WAIT = 30.0


class Ask(Protocol):
    """Makes a call: patiently, or once."""

    async def __call__(self, call: Callable[[], Awaitable[T]]) -> T:
        """Return its answer; raises ``VendorError``."""


async def once(call: Callable[[], Awaitable[T]]) -> T:
    """Make a call once, where somebody waits for the answer."""
    return await call()


class Step:
    """Handed to a step's function; lives for one execution of it."""

    def __init__(self, kit: Kit, run: RunView, name: StepName) -> None:
        self.kit = kit
        self.run = run
        self.name = name
        self._note = run.step(name).note
        self._woke = kit.clock.now()

    @property
    def elapsed(self) -> float:
        """Seconds since this step first started, crashes and restarts included."""
        started = self.run.step(self.name).started_at
        return (self.kit.clock.now() - started).total_seconds() if started else 0.0

    def overdue(self, limit: float) -> bool:
        """Say whether the step has taken ``limit`` seconds.

        Time the bot was away counts, but never alone: it watches a quarter of the limit before it judges.
        """
        watched = (self.kit.clock.now() - self._woke).total_seconds()
        return self.elapsed >= limit and watched >= limit / 4

    async def say(self, note: str, *, url: str | None = None) -> None:
        """Show ``note`` beside the step on the card, if it is news."""
        if note == self._note and url is None:
            return
        self._note = note
        more = {} if url is None else {"url": url}
        await self.kit.runs.write_step(self.run.id, self.name, note=note, **more)
        self.kit.cards.changed()

    async def remember(self, **memory: list[str]) -> None:
        """Keep ``memory`` so that a crash does not lose it; replaces what was kept before."""
        await self.kit.runs.write_step(self.run.id, self.name, memory=memory)

    async def recall(self) -> dict[str, list[str]]:
        """Return what was kept, empty at first."""
        return await self.kit.reader.memory(self.run.id, self.name)

    async def update(self, **columns: str | int | None) -> None:
        """Set columns of the run, and see them in ``self.run``."""
        await self.kit.runs.set(self.run.id, **columns)
        await self._refresh()
        self.kit.cards.changed()

    async def _refresh(self) -> None:
        run = await self.kit.reader.view(self.run.id)
        assert run is not None  # noqa: S101 - runs are never deleted; narrowed for mypy
        self.run = run

    async def stop_if_cancelled(self) -> None:
        """Leave the step when somebody pressed Cancel.

        Raises:
            CancelRequested: then.

        """
        await self._refresh()
        if self.run.state is RunState.CANCELLING:
            raise CancelRequested

    async def pause(self, seconds: float) -> None:
        """Wait, looking for a Cancel meanwhile.

        Raises:
            CancelRequested: when somebody pressed it.

        """
        left = seconds
        while left > 0:
            if await self.kit.reader.state(self.run.id) is RunState.CANCELLING:
                await self.stop_if_cancelled()
            await self.kit.clock.sleep(min(left, _SLICE))
            left -= _SLICE
        await self.stop_if_cancelled()

    async def ask(self, call: Callable[[], Awaitable[T]]) -> T:
        """Make a call that may be repeated, patiently while the vendor does not answer.

        Raises:
            VendorUnavailable: when patience (``timings.vendor_patience``) runs out.
            VendorRejected: at once.
            CancelRequested: when somebody pressed Cancel meanwhile.

        """
        timings = self.kit.project.timings
        before, asked_since, wait = self._note, self.kit.clock.now(), timings.poll
        while True:
            try:
                answer = await call()
            except VendorUnavailable as error:
                waited = (self.kit.clock.now() - asked_since).total_seconds()
                if waited >= timings.vendor_patience:
                    raise
                await self.say(f"{error.vendor} is not answering, asking again ({why(error)})")
                left = max(timings.vendor_patience - waited, 0.0)
                await self.pause(min(max(min(wait, _LONGEST_WAIT), error.retry_after or 0.0), left))
                wait *= 2
            else:
                if self._note != before and ", asking again" in self._note:
                    await self.say(before)
                return answer


def why(error: VendorUnavailable) -> str:
    """Name a vendor's trouble in a few words."""
    return f"HTTP {error.status}" if error.status else (error.detail or "no answer")[:80]
