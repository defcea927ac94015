"""Webhooks of GitHub, Expo, Railway and anybody else, signed as each signs and posted to the bot once.

Knows signatures. Must not know what a message says, but for the one Railway sends when a deployment dies.
"""

import base64
import hmac
import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha1, sha256
from typing import Self

import httpx

from sandbox.vendors.railway_world import Deployment

GITHUB_WEBHOOK_SECRET = "sandbox-github-webhook-key"  # noqa: S105 - opens nothing outside this process
EXPO_WEBHOOK_SECRET = "sandbox-expo-webhook-key"  # noqa: S105 - the same
RAILWAY_WEBHOOK_SECRET = "sandbox-railway-0123456789-path"  # noqa: S105 - the same
_ALERTS_KEY = b"sandbox-alerts-key-of-32-bytes.."
ALERTS_SECRET = "whsec_" + base64.b64encode(_ALERTS_KEY).decode()


@dataclass(frozen=True, kw_only=True, slots=True)
class Signed:
    """One message: where below the bot's address it goes, its headers and its raw body."""

    path: str
    headers: Mapping[str, str]
    body: bytes


def github(event: str, payload: object, *, delivery: str = "") -> Signed:
    """Sign as https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries says."""
    body = _json(payload)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "GitHub-Hookshot/sandbox",
        "X-GitHub-Event": event,
        "X-GitHub-Delivery": delivery or str(uuid.uuid4()),
        "X-Hub-Signature-256": f"sha256={hmac.new(GITHUB_WEBHOOK_SECRET.encode(), body, sha256).hexdigest()}",
    }
    return Signed(path="/hooks/github", headers=headers, body=body)


def expo(payload: object) -> Signed:
    """Sign as https://docs.expo.dev/eas/webhooks/ says."""
    body = _json(payload)
    signature = hmac.new(EXPO_WEBHOOK_SECRET.encode(), body, sha1).hexdigest()
    headers = {"Content-Type": "application/json", "expo-signature": f"sha1={signature}"}
    return Signed(path="/hooks/expo", headers=headers, body=body)


def railway(payload: object, *, secret: str = RAILWAY_WEBHOOK_SECRET) -> Signed:
    """Write as Railway does: nothing is signed, the address is the secret."""
    headers = {"Content-Type": "application/json"}
    return Signed(path=f"/hooks/railway/{secret}", headers=headers, body=_json(payload))


def generic(payload: object, *, message_id: str = "", at: float | None = None) -> Signed:
    """Sign by Standard Webhooks; ``at`` in seconds since 1970, now when left out."""
    body, name = _json(payload), message_id or f"msg_{uuid.uuid4().hex}"
    timestamp = str(int(time.time() if at is None else at))
    signature = hmac.digest(_ALERTS_KEY, f"{name}.{timestamp}.".encode() + body, sha256)
    headers = {
        "Content-Type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{base64.b64encode(signature).decode()}",
    }
    return Signed(path="/hooks/generic", headers=headers, body=body)


def deployment_event(deployment: Deployment, kind: str = "Deployment.crashed") -> dict[str, object]:
    """Write what Railway tells of a deployment (https://docs.railway.com/observability/webhooks)."""
    place = deployment.place
    return {
        "type": kind,
        "details": {
            "id": deployment.id,
            "source": "GitHub",
            "status": kind.rpartition(".")[2].upper(),
            "branch": "main",
            "commitHash": deployment.sha,
        },
        "resource": {
            "workspace": {"id": "sandbox-workspace", "name": "PawLogic"},
            "project": {"id": place.project_id, "name": "pawlogic"},
            "environment": {"id": place.environment_id, "name": place.environment, "isEphemeral": False},
            "service": {"id": place.service_id, "name": place.service},
            "deployment": {"id": deployment.id},
        },
        "severity": "CRITICAL",
        "timestamp": deployment.updated_at.isoformat().replace("+00:00", "Z"),
    }


class HooksOut:
    """Posts to the bot at ``url``, for as long as the ``async with`` lasts."""

    def __init__(self, url: str) -> None:
        self._http = httpx.AsyncClient(base_url=url, timeout=10, trust_env=False)

    async def __aenter__(self) -> Self:
        """Do nothing yet."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def send(self, message: Signed) -> int:
        """Post it once; return the status it was answered with."""
        answer = await self._http.post(message.path, content=message.body, headers=dict(message.headers))
        return answer.status_code


def _json(payload: object) -> bytes:
    return json.dumps(payload, separators=(",", ":")).encode()
