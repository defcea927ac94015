"""Handing payloads to the app: events again and again until acknowledged, the rest exactly once."""

import asyncio
from collections.abc import Coroutine
from typing import assert_never

from sandbox.workspace.core import Core
from sandbox.workspace.model import Json
from sandbox.workspace.outcome import Kind, Outcome, Parcel, Transport
from sandbox.workspace.payloads import event_payload


class Delivery:
    """Chooses the transport and keeps retrying events in the background."""

    def __init__(self, core: Core, transport: Transport) -> None:
        self._core = core
        self.transport = transport
        self._running: set[asyncio.Task[None]] = set()
        self._held: list[Json] = []
        self.lost: list[Json] = []
        """Events given up after every retry, or never sent because they were to be lost."""

    async def once(self, kind: Kind, payload: Json) -> Outcome:
        """Deliver a command or an interaction: Slack never repeats those by itself."""
        if kind == "interactive" and not self._core.manifest.interactive:
            return Outcome("unreachable")
        return await self._hand(Parcel(kind, payload))

    def event(self, event: Json) -> None:
        """Deliver an event in the background, with Slack's retries, unless ``slack.events`` says otherwise.

        ``lost`` events never come, as in Slack's incident of 2025-02-26; ``late`` ones come once the knob is
        turned to something else; ``twice`` is one event under the same id delivered two times.
        """
        payload = event_payload(self._core, event)
        fate = self._core.faults.get("slack.events")
        if fate == "lost":
            self.lost.append(payload)
            self._core.state.feed.wake()
            return
        if fate == "late":
            self._held.append(payload)
            return
        for _ in range(2 if fate == "twice" else 1):
            self.spawn(self._event(payload))

    def release(self) -> None:
        """Deliver the events that were late."""
        held, self._held = self._held, []
        for payload in held:
            self.spawn(self._event(payload))

    def spawn(self, work: Coroutine[None, None, None]) -> None:
        """Run ``work`` in the background until done or closed."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def close(self) -> None:
        """Stop every retry."""
        for task in tuple(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _event(self, payload: Json) -> None:
        reason = ""
        for attempt, pause in enumerate((0.0, *self._core.timings.retries)):
            if attempt:
                await asyncio.sleep(pause)
            outcome = await self._hand(Parcel("events_api", payload, attempt, reason))
            if outcome.result == "acked":
                return
            if outcome.no_retry:
                break
            reason = _reason(outcome)
        self.lost.append(payload)
        self._core.state.feed.wake()

    async def _hand(self, parcel: Parcel) -> Outcome:
        if self._core.faults.get("slack.answers") == "down":
            return Outcome("unreachable")
        copies = 2 if self._core.faults.get("slack.delivery") == "duplicate" else 1
        return await self.transport.deliver(
            Parcel(parcel.kind, parcel.payload, parcel.attempt, parcel.reason, copies)
        )


def _reason(outcome: Outcome) -> str:
    """Return Slack's word for why an event comes again."""
    match outcome.result:
        case "timeout":
            return "timeout"
        case "error":
            return "http_error"
        case "unreachable":
            return "connection_failed"
        case "acked":
            return ""
        case _:
            assert_never(outcome.result)
