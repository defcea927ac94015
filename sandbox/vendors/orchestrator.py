"""The team's orchestrator: takes signed reports, keeps each once, and shows them to people.

Checks signatures by itself, as https://github.com/standard-webhooks/standard-webhooks says, so that what the
bot signs is what anybody can check. Must not know what a report means.
"""

import base64
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from html import escape
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from sandbox.faults import Faults
from sandbox.vendors._answers import Answers, Refusal
from sandbox.vendors.places import Now, utc_now
from sandbox.vendors.railway_page import page

_KEY = b"sandbox-orchestrator-key-32-byte"
ORCHESTRATOR_SECRET = "whsec_" + base64.b64encode(_KEY).decode()
PATH = "/orchestrator"
KNOB = "orchestrator.answers"
TOLERANCE = 300
"""Seconds a message may be older or newer."""
_REFUSALS = {
    "503": Refusal(503, {"error": "unavailable"}, {}),
    "429": Refusal(429, {"error": "too many"}, {"retry-after": "1"}),
    "401": Refusal(401, {"error": "invalid signature"}, {}),
}


@dataclass(slots=True)
class Report:
    """One message, however often it came."""

    id: str
    kind: str
    data: dict[str, Any]
    at: datetime
    """When it came first."""
    times: int = 1


class OrchestratorSim:
    """Answers under ``/orchestrator``: POST for the bot, GET for people."""

    def __init__(self, faults: Faults, now: Now = utc_now) -> None:
        self._now = now
        self._answers = Answers(self._take, faults, KNOB, _REFUSALS)
        self._reports: dict[str, Report] = {}
        self.refused = 0
        """Messages that were not signed with our secret, or were no message."""

    @property
    def reports(self) -> list[Report]:
        """Every report, in the order in which they came first."""
        return list(self._reports.values())

    def report(self, kind: str) -> Report | None:
        """Return the newest report of a kind."""
        return next((one for one in reversed(self.reports) if one.kind == kind), None)

    def routes(self) -> list[BaseRoute]:
        """Return the routes; they belong under ``/``."""
        return [Route(PATH, self)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; only messages suffer from the knob."""
        if scope["method"] == "POST":
            await self._answers(scope, receive, send)
            return
        await self._page()(scope, receive, send)

    async def _take(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        answer = self._taken(request.headers, await request.body())
        self.refused += answer.status_code >= 400
        await answer(scope, receive, send)

    def _taken(self, headers: Mapping[str, str], body: bytes) -> Response:
        name, now = headers.get("webhook-id", ""), self._now()
        if not _signed(headers, body, now.timestamp()):
            return JSONResponse({"error": "invalid signature"}, 401)
        try:
            message = json.loads(body)
            kind, data = str(message["type"]), dict(message["data"])
        except (ValueError, TypeError, KeyError):
            return JSONResponse({"error": "not a message with type and data"}, 400)
        if known := self._reports.get(name):
            known.times += 1  # sent again: the first one counts
        else:
            self._reports[name] = Report(name, kind, data, now)
        return PlainTextResponse(status_code=204)

    def _page(self) -> Response:
        shown = "".join(
            f"<h2>{escape(one.kind)}</h2><p><small>{escape(one.id)}, {one.at:%H:%M:%S} UTC"
            f"{f', sent {one.times} times' if one.times > 1 else ''}</small></p>"
            f"<pre>{escape(json.dumps(one.data, indent=2, ensure_ascii=False))}</pre>"
            for one in reversed(self.reports)
        )
        nothing = "<p>Nothing yet. Resolve an incident and look again.</p>"
        body = f"<small>Simulated orchestrator</small><h1>What it was told</h1>{shown or nothing}"
        return HTMLResponse(page("Orchestrator", body))


def _signed(headers: Mapping[str, str], body: bytes, now: float) -> bool:
    name, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not name or "." in name or not timestamp.isdecimal() or abs(now - int(timestamp)) > TOLERANCE:
        return False
    digest = hmac.digest(_KEY, f"{name}.{timestamp}.".encode() + body, sha256)
    expected = f"v1,{base64.b64encode(digest).decode()}"
    given = headers.get("webhook-signature", "").split(" ")
    return any(hmac.compare_digest(one.encode(), expected.encode()) for one in given)
