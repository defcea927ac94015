"""Who may ask the simulated App Store Connect: whoever signs with its key, for real.

(https://developer.apple.com/documentation/appstoreconnectapi/generating-tokens-for-api-requests)
"""

import uuid
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from jwt.types import Options
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.vendors.appstore_shapes import errors
from sandbox.vendors.places import Now

AUDIENCE = "appstoreconnect-v1"
LONGEST = 1200
"""Seconds a token may live for most requests."""
SKEW = 60
"""Seconds clocks may differ."""
LIMIT = 3600
"""Requests an hour, for the header; nothing is counted here."""


class Key:
    """A team key, made when the sandbox starts."""

    def __init__(self) -> None:
        private = ec.generate_private_key(ec.SECP256R1())
        self.public = private.public_key()
        self.pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        """What people download once, a ``.p8`` file."""
        self.id = "SANDBOX" + uuid.uuid4().hex[:3].upper()
        self.issuer = str(uuid.uuid4())

    def wrong(self, token: str, now: float) -> str:
        """Say what is wrong with a token; empty: nothing."""
        try:
            header = jwt.get_unverified_header(token)
            if header.get("kid") != self.id or header.get("typ") != "JWT":
                return "kid or typ"
            unchecked: Options = {
                "verify_exp": False,
                "verify_iat": False,
                "require": ["iss", "iat", "exp", "aud"],
            }
            claims: dict[str, Any] = jwt.decode(
                token, self.public, ["ES256"], options=unchecked, audience=AUDIENCE, issuer=self.issuer
            )  # by our own clock, which is not the machine's in tests
        except jwt.PyJWTError as error:
            return type(error).__name__
        begun, ends = claims["iat"], claims["exp"]
        if begun > now + SKEW or ends <= now:
            return "not now"
        return "" if ends - begun <= LONGEST else "too long"


class Door:
    """What every request passes: the log, then the token."""

    def __init__(self, app: ASGIApp, key: Key, clock: Now, requests: list[str]) -> None:
        self._app, self._key, self._clock, self._requests = app, key, clock, requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        request = Request(scope)
        path = request.url.path.removeprefix(str(scope.get("root_path", "")))
        self._requests.append(f"{request.method} {path}")
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        refused: Response | None = None
        if self._key.wrong(token, self._clock().timestamp()):
            refused = JSONResponse(UNAUTHORIZED, 401)
        await (refused or self._app)(scope, receive, send)


UNAUTHORIZED = errors(
    401,
    "NOT_AUTHORIZED",
    "Authentication credentials are missing or invalid.",
    "Provide a properly configured and signed bearer token, and make sure that it has not expired.",
)
