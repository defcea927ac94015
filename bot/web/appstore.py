"""``POST /hooks/appstore``: Apple says that something of an app changed. Bounds, verifies, rings.

What it says is neither believed nor kept: whoever is woken asks App Store Connect. How it is signed:
https://developer.apple.com/documentation/appstoreconnectapi/configuring-and-receiving-webhook-notifications
"""

from collections.abc import Callable

from pydantic import SecretStr
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.web._signatures import signed_in_hex
from bot.web.body import read_body, refuse

PATH = "/hooks/appstore"
LARGEST_BODY = 64 * 1024
"""Bytes; a message takes under one thousand."""
PATIENCE = 10.0
"""Seconds a body may take to arrive."""
_SOURCE = "appstore"


def appstore_door(
    secret: SecretStr,
    ring: Callable[[bytes], bool],
    count: Callable[[str, str], None],
    *,
    patience: float = PATIENCE,
) -> Route:
    """Build the address.

    200 for what was signed, a ping included; 401 for what was not, 408 and 413 for what is too slow or too
    large. ``ring`` hears of what was signed and never blocks; it says whether that told anything.
    """

    async def endpoint(request: Request) -> Response:
        try:
            body = await read_body(request, largest=LARGEST_BODY, patience=patience)
        except ClientDisconnect:
            body = refuse(400, "body cut short")  # nobody hears it
        if isinstance(body, Response):
            count(_SOURCE, "refused")
            return body
        given = request.headers.getlist("x-apple-signature")
        if not signed_in_hex(given, body, secret.get_secret_value(), "sha256", prefix="hmacsha256="):
            count(_SOURCE, "refused")
            return refuse(401, "invalid signature")
        told = ring(body)
        count(_SOURCE, "applied" if told else "ignored")
        return JSONResponse({"status": "heard" if told else "ignored"})

    return Route(PATH, endpoint, methods=["POST"])
