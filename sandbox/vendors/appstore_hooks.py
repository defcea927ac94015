"""The simulated App Store's webhooks: signed, posted once, counted.

(https://developer.apple.com/documentation/appstoreconnectapi/configuring-webhook-notifications)
"""

import asyncio
import hmac
import json
import uuid
from datetime import datetime
from hashlib import sha256

import httpx

from sandbox.faults import Faults

APPSTORE_WEBHOOK_SECRET = "sandbox-appstore-webhook-key"  # noqa: S105 - opens nothing outside this process
KNOB = "appstore.webhook"


def appstore_signature(body: bytes, secret: str = APPSTORE_WEBHOOK_SECRET) -> str:
    """Return ``x-apple-signature`` for a raw body."""
    return f"hmacsha256={hmac.new(secret.encode(), body, sha256).hexdigest()}"


def state_changed(version: str, old: str, new: str, at: datetime) -> dict[str, object]:
    """Write what Apple tells of a version: its id and two words, nothing more."""
    named = {"type": "appStoreVersions", "id": version}
    return {
        "data": {
            "type": "appStoreVersionAppVersionStateUpdated",
            "id": str(uuid.uuid4()),
            "version": 1,
            "attributes": {
                "oldValue": old,
                "newValue": new,
                "timestamp": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            },
            "relationships": {"instance": {"data": named}},
        }
    }


class AppStoreHooks:
    """Posts to ``target``; while that is empty nobody has made a webhook and nothing is sent."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._http: httpx.AsyncClient | None = None
        self._soon: set[asyncio.Task[None]] = set()
        self.target = ""
        """Address of the bot's ``/hooks/appstore``."""
        self.answers: list[int] = []
        """Statuses messages were answered with; 0: not at all."""

    def tell(self, payload: object) -> None:
        """Post it beside everything else; unheard without a target, with the knob, or without a loop."""
        if not self.target or self._faults.get(KNOB) == "silent":
            return
        task = asyncio.get_running_loop().create_task(self._post(payload))
        self._soon.add(task)
        task.add_done_callback(self._soon.discard)

    async def settled(self) -> None:
        """Return when everything that was to be posted is."""
        while self._soon:
            await asyncio.gather(*self._soon)

    async def aclose(self) -> None:
        """Drop what is under way."""
        for task in self._soon:
            task.cancel()
        await asyncio.gather(*self._soon, return_exceptions=True)
        if self._http is not None:
            await self._http.aclose()
            self._http = None

    async def _post(self, payload: object) -> None:
        if self._http is None:
            self._http = httpx.AsyncClient(timeout=10, trust_env=False)
        body = json.dumps(payload, separators=(",", ":")).encode()
        headers = {"Content-Type": "application/json", "x-apple-signature": appstore_signature(body)}
        try:
            answer = await self._http.post(self.target, content=body, headers=headers)
        except httpx.HTTPError:
            self.answers.append(0)
        else:
            self.answers.append(answer.status_code)
