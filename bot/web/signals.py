"""``POST /signals/tests``: the testing agent's verdicts. Bounds, checks and stores them; decides nothing.

The signature is over the raw bytes, so it is checked before anything is parsed.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Protocol

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.clock import Clock
from bot.engine.signals import Signal, Verdict
from bot.web.body import read_body, refuse
from bot.webhooks import ID, secret_key, signed_at

LARGEST_BODY = 64 * 1024
"""Bytes; a verdict takes a few hundred."""
PATIENCE = 10.0
"""Seconds a body may take to arrive."""


class Report(BaseModel):
    """What the testing agent sends; what else it sends is left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    sha: Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{40}$", to_lower=True)]
    suite: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
    verdict: Verdict
    url: Annotated[str, Field(pattern=r"^(https?://\S+)?$", max_length=2000)] = ""


class Store(Protocol):
    """Who keeps verdicts."""

    async def keep(self, message_id: str, signal: Signal, *, received_at: datetime) -> bool:
        """Store one; false when the message is known."""


def signals_door(store: Store, secret: str, clock: Clock) -> Callable[[Request], Awaitable[Response]]:
    """Build the endpoint; ``secret`` is the shared one, ``whsec_`` and base64.

    200 once it is stored, also for a repeat; 401 for what was not signed lately; 400 for what says nothing.
    """
    key = secret_key(secret)

    async def endpoint(request: Request) -> Response:
        body = await read_body(request, largest=LARGEST_BODY, patience=PATIENCE)
        if isinstance(body, Response):
            return body
        now = clock.now()
        message_id = request.headers.get(ID, "")
        at = signed_at(request.headers, body, key, now)
        if at is None:
            return refuse(401, "invalid signature")
        try:
            report = Report.model_validate_json(body)
        except ValidationError as error:
            return refuse(400, _what(error))
        signal = Signal(**report.model_dump(), at=at)
        new = await store.keep(message_id, signal, received_at=now)
        return JSONResponse({"status": "stored" if new else "known"})

    return endpoint


def _what(error: ValidationError) -> str:
    """Name what is wrong by key, without repeating what was sent."""
    wrong = [
        f"{'.'.join(str(part) for part in one['loc']) or 'body'}: {one['msg']}"
        for one in error.errors(include_input=False, include_url=False, include_context=False)
    ]
    return "; ".join(wrong[:5])[:500]
