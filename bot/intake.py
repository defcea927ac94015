"""Persist, then acknowledge: the first thing that happens to any delivery from Slack, and the last.

A delivery is stored under its key before a listener runs, and marked done after. What a crash left undone
goes through the same door again at the next start; what Slack repeats is answered and ignored.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from time import perf_counter
from typing import Any

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.db.audit_store import AuditStore
from bot.db.inbox_store import InboxStore
from bot.engine.reasons import Reason
from bot.metrics import Metrics

log = structlog.get_logger(__name__)

Next = Callable[[], Awaitable[BoltResponse | None]]
_REPLAY_FOR = timedelta(minutes=25)
"""A response_url works for 30 minutes; older deliveries can no longer be answered and are only closed."""
_KEEP = timedelta(days=7)
_REPLAYED = "pawdeploy_replayed"
"""Marks, in Bolt's context, a delivery that comes from the inbox and not from Slack."""
_SECRETS = frozenset({"token"})
"""Slack's deprecated verification token: in every payload, needed by nobody."""
_SORRY = "pawdeploy cannot store your request right now, so nothing was started. Try again in a minute."


class Intake:
    """The inbox's keeper, as a Bolt middleware."""

    def __init__(self, inbox: InboxStore, audit: AuditStore, clock: Clock, metrics: Metrics) -> None:
        self._inbox = inbox
        self._audit = audit
        self._metrics = metrics
        self._clock = clock
        self._open: set[str] = set()
        self._idle = asyncio.Event()
        self._idle.set()

    async def middleware(
        self, body: dict[str, Any], context: AsyncBoltContext, next_: Next
    ) -> BoltResponse | None:
        """Store the delivery, hand it on once."""
        key = key_of(body)
        if key is None:
            return await next_()
        if not context.get(_REPLAYED):
            try:
                new = await self._inbox.keep(key, _stored(body), self._clock.now())
            except SQLAlchemyError:
                log.exception("a delivery could not be stored", key=key)
                return _cannot_store(body)
            if not new:
                log.info("a repeated delivery is ignored", key=key)
                return BoltResponse(status=200)
        self._open.add(key)
        self._idle.clear()
        context["ack"] = _TimedAck(self._metrics, key.partition(":")[0])
        context["delivery"] = key
        context["done"] = lambda: self._done(key)
        context["refused"] = lambda reason: self._refused(context.user_id or "", reason, body)
        return await next_()

    async def _done(self, key: str) -> None:
        try:
            await self._inbox.done(key, self._clock.now())
        finally:  # only now: until it is noted, a look for what is undone finds it
            self._open.discard(key)
            if not self._open:
                self._idle.set()

    async def _refused(self, user: str, reason: Reason, body: dict[str, Any]) -> None:
        pressed = " ".join(action.get("action_id", "") for action in body.get("actions", []))
        typed = f"{body.get('command', '')} {body.get('text', '')}".strip()
        asked = typed or pressed or str(body.get("view", {}).get("callback_id", ""))
        await self._audit.refused(at=self._clock.now(), actor=user, reason=reason, asked=asked)

    async def drain(self, patience: float) -> None:
        """Wait until every listener under way has finished, for ``patience`` seconds at most."""
        try:
            async with asyncio.timeout(patience):
                await self._idle.wait()
        except TimeoutError:
            log.warning(
                "stopping with listeners under way; they go on at the next start", open=sorted(self._open)
            )

    async def replay(self, app: AsyncApp, age: timedelta) -> int:
        """Put deliveries left undone for ``age`` or longer through the door again; return how many."""
        now, replayed = self._clock.now(), 0
        for delivery in await self._inbox.undone(before=now - age):
            if delivery.key in self._open:
                continue
            if now - delivery.received_at > _REPLAY_FOR:
                log.warning("an old delivery is closed without an answer", key=delivery.key)
                await self._inbox.done(delivery.key, now)
                continue
            log.info("a delivery of an earlier life goes on", key=delivery.key)
            body = json.loads(delivery.body)
            again = AsyncBoltRequest(body=body, mode="socket_mode", context={_REPLAYED: True})
            await app.async_dispatch(again)
            replayed += 1
        return replayed

    async def tidy(self) -> None:
        """Forget deliveries Slack can no longer repeat."""
        await self._inbox.forget(self._clock.now() - _KEEP)


class _TimedAck(AsyncAck):
    """Bolt's own acknowledgement, timed from the delivery's arrival."""

    def __init__(self, metrics: Metrics, kind: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Bolt's own
        self._metrics = metrics
        self._kind = kind
        self._began = perf_counter()

    async def __call__(self, *args: Any, **kwargs: Any) -> BoltResponse:  # noqa: ANN401 - whatever Bolt takes
        """Acknowledge."""
        self._metrics.acked(self._kind, perf_counter() - self._began)
        return await super().__call__(*args, **kwargs)


def key_of(body: dict[str, Any]) -> str | None:
    """Name a delivery: Slack's event id, or the trigger id every command and interaction carries once."""
    if event_id := body.get("event_id"):
        return f"event:{event_id}"[:120]
    if trigger_id := body.get("trigger_id"):
        return f"trigger:{trigger_id}"[:120]
    if body.get("type") == "view_submission":
        view = body.get("view", {})
        return f"view:{view.get('id')}:{view.get('hash')}"[:120]
    return None


def _stored(body: dict[str, Any]) -> str:
    return json.dumps({name: value for name, value in body.items() if name not in _SECRETS})


def _cannot_store(body: dict[str, Any]) -> BoltResponse:
    if "event_id" in body:
        return BoltResponse(status=503)  # not acknowledged: Slack delivers it again
    return BoltResponse(status=200, body={"response_type": "ephemeral", "text": _SORRY})
