"""Slack's door in HTTP mode: bounds what is read, refuses what Slack did not sign, leaves the rest to Bolt.

The signature comes first because Bolt reads a body before it looks who sent it, and falls over odd ones:
anybody could fill the log and Sentry with tracebacks. It is compared in constant time, and timestamps older
than five minutes are refused (https://docs.slack.dev/authentication/verifying-requests-from-slack/). A
repeated delivery inside that window is answered like the first and does nothing: the inbox knows it. So no
``X-Slack-No-Retry`` here, which would lose an event whose first delivery died with the process.
"""

from collections.abc import Awaitable, Callable

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.signature import SignatureVerifier
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message

from bot.web.body import read_body, refuse

LARGEST_BODY = 1024 * 1024
"""Bytes; Slack's largest payloads, a form with its whole view, stay under a third of this."""

PATIENCE = 10.0
"""Seconds a body may take to arrive; Slack itself gives up on us after three."""


def slack_door(
    app: AsyncApp, signing_secret: str, *, largest: int = LARGEST_BODY, patience: float = PATIENCE
) -> Callable[[Request], Awaitable[Response]]:
    """Build the endpoint for events, commands and interactions alike."""
    handler, verifier = AsyncSlackRequestHandler(app), SignatureVerifier(signing_secret)

    async def endpoint(request: Request) -> Response:
        body = await read_body(request, largest=largest, patience=patience)
        if isinstance(body, Response):
            return body
        if not _is_text(body) or not _is_signed(request, body, verifier):
            return refuse(401, "invalid request")

        async def replay() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        return await handler.handle(Request(request.scope, replay))

    return endpoint


def _is_signed(request: Request, body: bytes, verifier: SignatureVerifier) -> bool:
    """Say whether Slack signed the body lately; the verifier itself would stumble over odd headers."""
    timestamp = request.headers.get("x-slack-request-timestamp", "")
    signature = request.headers.get("x-slack-signature", "")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12 and signature.isascii()):
        return False
    return verifier.is_valid(body, timestamp, signature)


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True
