"""``POST /hooks/…``: messages from outside. Bounds, verifies and stores them, then answers; reads none.

What was stored is read later by the alerts' processor, so a sender waits for one commit and no more: Sentry
gives up after a second and never tries again. A message that could not be stored is answered with 503, so
that whoever does try again does.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

import structlog
from pydantic import SecretStr
from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.clock import Clock
from bot.engine.alerts import Source
from bot.engine.arrivals import Arrival
from bot.web._signatures import same, signed_in_hex, standard_headers
from bot.web.body import read_body, refuse
from bot.webhooks import ID, secret_key, signed_at

LARGEST_BODY = 1024 * 1024
"""Bytes; a Sentry event with its stack traces takes some hundred thousand."""
PATIENCE = 10.0
"""Seconds a body may take to arrive."""
_LONGEST_NAME = 120
_KIND = re.compile(r"[a-z0-9_-]{1,60}")
"""What a sender may call a kind of message. No dot: ``arrivals.OURS`` has one, and is for ourselves."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class HookSecrets:
    """What each sender shares with us; None: there is no such address."""

    sentry: SecretStr | None = None
    github: SecretStr | None = None
    expo: SecretStr | None = None
    railway: SecretStr | None = None
    """The end of the address."""
    generic: SecretStr | None = None
    """``whsec_`` and base64."""


class Store(Protocol):
    """Who keeps messages."""

    async def keep(self, arrival: Arrival) -> bool:
        """Store one; false when it is known. Returns once it is safe; may raise ``SQLAlchemyError``."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sender:
    """How one sender's messages are told from forged ones, and what it calls them."""

    source: Source
    path: str
    signed: Callable[[Headers, bytes, datetime], bool]
    kind: Callable[[Headers], str]
    name: Callable[[Headers], str] = lambda _: ""
    """Its own name for the delivery; empty where it has none: then what it says is the name."""
    address: str = ""
    """The secret at the end of the address, for who signs nothing."""


def hooks_doors(
    store: Store,
    secrets: HookSecrets,
    clock: Clock,
    tell: Callable[[], None],
    count: Callable[[str, str], None],
    *,
    heard: Callable[[Arrival], None] = lambda _: None,
    patience: float = PATIENCE,
) -> list[Route]:
    """Build the addresses whose secrets are set.

    200 once a message is stored, also for a repeat; 401 for what was not signed, 404 for a wrong address,
    408 and 413 for what is too slow or too large, 503 for what could not be stored. ``tell`` hears of each
    new message and never blocks, and so does ``heard``, which is given it; ``count`` hears of every request,
    by source: stored, known or refused.
    """

    def told(arrival: Arrival) -> None:
        heard(arrival)
        tell()

    return [
        Route(sender.path, _door(sender, store, clock, told, count, patience), methods=["POST"])
        for sender in _senders(secrets)
    ]


def _door(
    sender: _Sender,
    store: Store,
    clock: Clock,
    told: Callable[[Arrival], None],
    count: Callable[[str, str], None],
    patience: float,
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        source = sender.source.value
        if sender.address and not same(request.path_params["secret"], sender.address):
            count(source, "refused")
            raise HTTPException(404)  # as for an address that does not exist
        taken = await _take(request, sender, clock, patience)
        if isinstance(taken, Response):
            count(source, "refused")
            return taken
        try:
            new = await store.keep(taken)
        except SQLAlchemyError as error:
            # Never the error's own words: they may quote the row.
            log.warning("a message could not be stored", source=source, trouble=type(error).__name__)
            count(source, "refused")
            return refuse(503, "not stored, send it again")
        count(source, "stored" if new else "known")
        if new:
            told(taken)
        return JSONResponse({"status": "stored" if new else "known"})

    return endpoint


async def _take(request: Request, sender: _Sender, clock: Clock, patience: float) -> Arrival | Response:
    """Read and verify; else the refusal to answer with."""
    try:
        body = await read_body(request, largest=LARGEST_BODY, patience=patience)
    except ClientDisconnect:
        return refuse(400, "body cut short")  # nobody hears it
    if isinstance(body, Response):
        return body
    now, headers = clock.now(), request.headers
    if not sender.signed(headers, body, now):
        return refuse(401, "invalid signature")
    kind = sender.kind(headers)
    known = kind if _KIND.fullmatch(kind) else "unknown"
    arrival = Arrival(key="", source=sender.source, resource=known, body=body, at=now)
    name = sender.name(headers)
    named = 0 < len(name) <= _LONGEST_NAME and name.isascii() and name.isprintable()
    return replace(arrival, key=f"{sender.source.value}:{name if named else arrival.twin}")


def _senders(secrets: HookSecrets) -> list[_Sender]:
    made = (
        (secrets.sentry, _sentry),
        (secrets.github, _github),
        (secrets.expo, _expo),
        (secrets.railway, _railway),
        (secrets.generic, _generic),
    )
    return [sender(secret.get_secret_value()) for secret, sender in made if secret is not None]


def _sentry(secret: str) -> _Sender:
    # https://docs.sentry.io/organization/integrations/integration-platform/webhooks/ - on the raw bytes, in
    # spite of the examples there. The timestamp beside it is not signed, so it proves nothing.
    def signed(headers: Headers, body: bytes, _: datetime) -> bool:
        given = headers.getlist("sentry-hook-signature") or headers.getlist("sentry-app-signature")
        return signed_in_hex(given, body, secret, "sha256")

    return _Sender(
        source=Source.SENTRY,
        path="/hooks/sentry",
        signed=signed,
        kind=lambda headers: headers.get("sentry-hook-resource", ""),
        name=lambda headers: headers.get("request-id", ""),
    )


def _github(secret: str) -> _Sender:
    # https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
    def signed(headers: Headers, body: bytes, _: datetime) -> bool:
        given = headers.getlist("x-hub-signature-256")
        return signed_in_hex(given, body, secret, "sha256", prefix="sha256=")

    return _Sender(
        source=Source.GITHUB,
        path="/hooks/github",
        signed=signed,
        kind=lambda headers: headers.get("x-github-event", ""),
        name=lambda headers: headers.get("x-github-delivery", ""),
    )


def _expo(secret: str) -> _Sender:
    # https://docs.expo.dev/eas/webhooks/ - SHA-1 is theirs to choose; inside an HMAC it still holds.
    def signed(headers: Headers, body: bytes, _: datetime) -> bool:
        return signed_in_hex(headers.getlist("expo-signature"), body, secret, "sha1", prefix="sha1=")

    return _Sender(source=Source.EXPO, path="/hooks/expo", signed=signed, kind=lambda _: "expo")


def _railway(secret: str) -> _Sender:
    # https://docs.railway.com/observability/webhooks - no signature, so nothing of it is believed later.
    return _Sender(
        source=Source.RAILWAY,
        path="/hooks/railway/{secret}",
        signed=lambda *_: True,
        kind=lambda _: "railway",
        address=secret,
    )


def _generic(secret: str) -> _Sender:
    key = secret_key(secret)

    def signed(headers: Headers, body: bytes, now: datetime) -> bool:
        return signed_at(standard_headers(headers), body, key, now) is not None

    return _Sender(
        source=Source.GENERIC,
        path="/hooks/generic",
        signed=signed,
        kind=lambda _: "generic",
        name=lambda headers: headers.get(ID, ""),
    )
