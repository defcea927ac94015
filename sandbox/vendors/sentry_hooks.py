"""The simulated Sentry's webhooks: signed, posted once, counted. As an internal integration's, never retried.

Knows signatures and what was answered. Must not know what a message says.
(https://docs.sentry.io/organization/integrations/integration-platform/webhooks/)
"""

import asyncio
import hmac
import json
import uuid
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256

import aiohttp

from sandbox.faults import Faults
from sandbox.vendors.places import Now

SENTRY_WEBHOOK_SECRET = "sandbox-sentry-client-secret"  # noqa: S105 - opens nothing outside this process
INSTALLATION = "a8e5d37a-696c-4c54-adb5-b3f28d64c7de"
KNOB = "sentry.webhooks"
SENTRY: Mapping[str, object] = {"type": "application", "id": "sentry", "name": "Sentry"}
"""Who acts when nobody did."""
TIMEOUT = 1.0
"""Seconds Sentry waits for an answer."""

CONNECTIONS = 64
"""Open at once."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Hook:
    """One message as it travels."""

    resource: str
    body: bytes
    headers: Mapping[str, str]


def sentry_signature(body: bytes, secret: str = SENTRY_WEBHOOK_SECRET) -> str:
    """Return ``Sentry-Hook-Signature`` for a raw body."""
    return hmac.new(secret.encode(), body, sha256).hexdigest()


class SentryHooks:
    """Posts to ``target``; while that is empty nobody has installed the integration and nothing is sent."""

    def __init__(self, faults: Faults, now: Now) -> None:
        self._faults, self._now = faults, now
        self._http: aiohttp.ClientSession | None = None
        self._soon: set[asyncio.Task[None]] = set()
        self.target = ""
        """Address of the bot's ``/hooks/sentry``."""
        self.delivering = True
        """False: every message is lost on the way, as with the knob."""
        self.accepted = 0
        """Messages answered with 2xx; a duplicate counts again."""
        self.refused = 0
        """Answered with something else, too late, or not at all."""
        self.lost = 0
        self.waiting: list[Hook] | None = None
        """Set to a list, and messages gather there until ``release``."""

    def make(self, resource: str, action: str, data: object, actor: Mapping[str, object] = SENTRY) -> Hook:
        """Write and sign a message without sending it."""
        told = {"action": action, "installation": {"uuid": INSTALLATION}, "data": data, "actor": actor}
        body = json.dumps(told, separators=(",", ":"), ensure_ascii=True).encode()
        headers = {
            "Content-Type": "application/json",
            "Request-ID": uuid.uuid4().hex,
            "Sentry-Hook-Resource": resource,
            "Sentry-Hook-Timestamp": str(int(self._now().timestamp())),
            "Sentry-Hook-Signature": sentry_signature(body),
        }
        return Hook(resource=resource, body=body, headers=headers)

    async def send(
        self, resource: str, action: str, data: object, actor: Mapping[str, object] = SENTRY
    ) -> bool:
        """Tell the bot; say whether it accepted."""
        return bool(self.target) and await self.post(self.make(resource, action, data, actor))

    async def post(self, hook: Hook) -> bool:
        """Post a message, unless it gets lost or is to wait; say whether the bot accepted."""
        mood = self._faults.get(KNOB)
        if not self.delivering or mood == "lost":
            self.lost += 1
            return False
        if self.waiting is not None:
            self.waiting.append(hook)
            return False
        first = await self._once(hook)
        if mood != "duplicate":
            return first
        # As Sentry does it: the same words under a new name.
        again = replace(hook, headers={**hook.headers, "Request-ID": uuid.uuid4().hex})
        return await self._once(again) or first

    async def release(self, *, backwards: bool = False) -> int:
        """Send what was waiting, one after the other, and wait no more; return how many were accepted."""
        held, self.waiting = self.waiting or [], None
        return sum([await self.post(hook) for hook in (held[::-1] if backwards else held)])

    def soon(self, doing: Coroutine[object, object, object]) -> None:
        """Do it beside everything else, as Sentry's workers do."""
        task = asyncio.create_task(_nothing_back(doing))
        self._soon.add(task)
        task.add_done_callback(self._soon.discard)

    async def settled(self) -> None:
        """Return when everything that was to be done soon is done."""
        while self._soon:
            await asyncio.gather(*self._soon)

    async def aclose(self) -> None:
        """Drop what is under way."""
        for task in self._soon:
            task.cancel()
        await asyncio.gather(*self._soon, return_exceptions=True)
        if self._http is not None:
            await self._http.close()
            self._http = None

    async def _once(self, hook: Hook) -> bool:
        if self._http is None:
            # Not httpx: its pool looks at every connection for every request, too slow for a storm. Waiting
            # for a connection is our own trouble, not the bot's: only the bot's answer is timed.
            timeout = aiohttp.ClientTimeout(sock_connect=TIMEOUT, sock_read=TIMEOUT)
            connector = aiohttp.TCPConnector(limit=CONNECTIONS)
            self._http = aiohttp.ClientSession(timeout=timeout, connector=connector)
        try:
            async with self._http.post(
                self.target, data=hook.body, headers=hook.headers, allow_redirects=False
            ) as answer:
                good = 200 <= answer.status < 300
        except (aiohttp.ClientError, TimeoutError):
            good = False
        self.accepted += good
        self.refused += not good
        return good


async def _nothing_back(doing: Coroutine[object, object, object]) -> None:
    await doing
