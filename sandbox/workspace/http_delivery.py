"""Signed HTTP: payloads posted to the app's request URL, the way Slack signs and encodes them.

See https://docs.slack.dev/authentication/verifying-requests-from-slack.
"""

import asyncio
import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

import httpx

from sandbox.workspace.core import Core
from sandbox.workspace.model import Json
from sandbox.workspace.outcome import Outcome, Parcel


def sign(secret: str, timestamp: int, body: str) -> str:
    """Return the ``X-Slack-Signature`` of a body."""
    base = f"v0:{timestamp}:{body}".encode()
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


class HttpDelivery:
    """Posts to one URL; create and close on the same event loop."""

    def __init__(self, core: Core, url: str) -> None:
        self._core = core
        self._url = url
        self._http = httpx.AsyncClient(timeout=core.timings.ack, trust_env=False)
        self._extras: set[asyncio.Task[Outcome]] = set()

    async def close(self) -> None:
        """Close connections; copies under way are dropped."""
        for task in self._extras:
            task.cancel()
        await asyncio.gather(*self._extras, return_exceptions=True)
        await self._http.aclose()

    async def handshake(self) -> bool:
        """Do ``url_verification``: the app must send the challenge back."""
        outcome = await self.deliver(
            Parcel("events_api", {"type": "url_verification", "challenge": "a-challenge", "token": "legacy"})
        )
        answer = outcome.answer
        return answer == "a-challenge" or (
            isinstance(answer, dict) and answer.get("challenge") == "a-challenge"
        )

    async def deliver(self, parcel: Parcel) -> Outcome:
        """Post a payload; anything but a 2xx in time is a failure."""
        for _ in range(parcel.copies - 1):
            extra = asyncio.create_task(self._post(parcel))
            self._extras.add(extra)
            extra.add_done_callback(self._extras.discard)
        return await self._post(parcel)

    async def _post(self, parcel: Parcel) -> Outcome:
        body, kind = encode(parcel)
        timestamp = int(self._core.clock())
        headers = {
            "Content-Type": kind,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": str(timestamp),
            "X-Slack-Signature": sign(self._core.tokens.signing_secret, timestamp, body),
        }
        if parcel.attempt:
            headers |= {"X-Slack-Retry-Num": str(parcel.attempt), "X-Slack-Retry-Reason": parcel.reason}
        started = time.perf_counter()
        try:
            # httpx limits each phase; Slack limits the whole.
            async with asyncio.timeout(self._core.timings.ack):
                response = await self._http.post(self._url, content=body.encode(), headers=headers)
        except (TimeoutError, httpx.TimeoutException):
            return Outcome("timeout", ms=(time.perf_counter() - started) * 1000)
        except httpx.HTTPError:
            return Outcome("unreachable")
        took = (time.perf_counter() - started) * 1000
        no_retry = response.headers.get("x-slack-no-retry") == "1"
        if not response.is_success:
            return Outcome("error", ms=took, no_retry=no_retry)
        return Outcome("acked", _answer(response), took, no_retry)


def encode(parcel: Parcel) -> tuple[str, str]:
    """Return the body and its content type: JSON for events, forms for the rest."""
    if parcel.kind == "events_api":
        return json.dumps(parcel.payload), "application/json"
    fields = parcel.payload if parcel.kind == "slash_commands" else {"payload": json.dumps(parcel.payload)}
    return urlencode(fields), "application/x-www-form-urlencoded"


def _answer(response: httpx.Response) -> Json | str | None:
    if not response.content:
        return None
    if response.headers.get("content-type", "").startswith("application/json"):
        answer = response.json()
        return answer if isinstance(answer, dict) else None
    return response.text
