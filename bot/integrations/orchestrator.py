"""The orchestrator, another agent of the team: is sent signed reports. Knows no incidents.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import json
from collections.abc import Mapping

import httpx

from bot.clock import Clock
from bot.integrations._http import request
from bot.webhooks import secret_key, sign

VENDOR = "the orchestrator"
PATIENCE = 10.0
"""Seconds one message may take as a whole."""


class Orchestrator:
    """Given an ``httpx.AsyncClient`` whose base URL is the whole address, and the secret both sides know."""

    def __init__(
        self, http: httpx.AsyncClient, secret: str, clock: Clock | None = None, *, patience: float = PATIENCE
    ) -> None:
        self._http = http
        self._patience = patience
        self._key = secret_key(secret)
        self._clock = clock or Clock()

    async def send(self, message_id: str, kind: str, body: Mapping[str, object]) -> None:
        """Tell it ``body`` under ``type`` ``kind``; sent again with the same ``message_id``, it counts once.

        Raises:
            VendorUnavailable: no answer in time, 429 or a 5xx: it may have arrived; send it again.
            VendorRejected: any other answer outside 2xx.
            ValueError: an id that is none, or a ``body`` that is no JSON.

        """
        content = json.dumps(
            {"type": kind, "data": dict(body)}, ensure_ascii=False, allow_nan=False, separators=(",", ":")
        ).encode()
        headers = sign(message_id, content, self._key, self._clock.now())
        await request(
            self._http,
            VENDOR,
            f"taking {kind}",
            "POST",
            str(self._http.base_url).rstrip("/"),  # httpx ends it with a slash: another address
            content=content,
            headers=headers | {"Content-Type": "application/json"},
            deadline=self._patience,
        )
