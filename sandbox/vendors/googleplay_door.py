"""Who may ask the simulated Google Play: whoever has a token, and who gets one: the service account.

(https://developers.google.com/identity/protocols/oauth2/service-account#httprest)
"""

import json
import secrets
from functools import cache
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from jwt.types import Options
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.vendors.places import Now

SCOPE = "https://www.googleapis.com/auth/androidpublisher"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LIFE = 3600
SKEW = 60
"""Seconds a token lives, and clocks may differ."""


def error(status: int, word: str, message: str) -> dict[str, object]:
    """Write an error as Google's APIs do (https://cloud.google.com/apis/design/errors#http_mapping)."""
    return {"error": {"code": status, "message": message, "status": word}}


UNAUTHORIZED = error(
    401,
    "UNAUTHENTICATED",
    "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other "
    "valid authentication credential.",
)


@cache
def _private_key() -> rsa.RSAPrivateKey:
    """Make the key; once a process, because it takes its time."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Account:
    """A service account with its key, made when it is first wanted, and the tokens it was given."""

    def __init__(self, clock: Now) -> None:
        private = _private_key()
        self._public = private.public_key()
        self._pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        self._clock = clock
        self._ends: dict[str, float] = {}
        self.email = "pawdeploy@pawlogic-sandbox.iam.gserviceaccount.com"
        self.key_id = secrets.token_hex(20)
        self.granted = 0
        """Tokens given out."""

    def json(self, token_uri: str) -> str:
        """Return the key file people download."""
        return json.dumps(
            {
                "type": "service_account",
                "project_id": "pawlogic-sandbox",
                "private_key_id": self.key_id,
                "private_key": self._pem,
                "client_email": self.email,
                "client_id": "100000000000000000001",
                "token_uri": token_uri,
            }
        )

    async def token(self, request: Request) -> Response:
        """Give a token for a signed assertion."""
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        if form.get("grant_type") != GRANT:
            said = {"error": "unsupported_grant_type", "error_description": "Invalid grant_type"}
            return JSONResponse(said, 400)
        if wrong := self._wrong(form.get("assertion", ""), str(request.url)):
            return JSONResponse({"error": "invalid_grant", "error_description": wrong}, 400)
        made = f"ya29.{secrets.token_urlsafe(24)}"
        self._ends[made] = self._clock().timestamp() + LIFE
        self.granted += 1
        return JSONResponse({"access_token": made, "expires_in": LIFE - 1, "token_type": "Bearer"})

    def knows(self, token: str) -> bool:
        """Say whether a token is one we gave and not over."""
        return self._ends.get(token, 0) > self._clock().timestamp()

    def forget(self) -> None:
        """End every token, as when the key is replaced."""
        self._ends.clear()

    def _wrong(self, assertion: str, audience: str) -> str:
        try:
            unchecked: Options = {
                "verify_exp": False,
                "verify_iat": False,
                "require": ["iss", "iat", "exp", "aud"],
            }
            claims: dict[str, Any] = jwt.decode(
                assertion, self._public, ["RS256"], options=unchecked, audience=audience, issuer=self.email
            )
        except jwt.PyJWTError:
            return "Invalid JWT Signature."
        now, begun, ends = self._clock().timestamp(), claims["iat"], claims["exp"]
        if begun > now + SKEW or ends <= now or ends - begun > LIFE:
            return (
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe."
            )
        return "" if claims.get("scope") == SCOPE else "Invalid OAuth scope"


class Door:
    """What every request passes: the log, then the token."""

    def __init__(self, app: ASGIApp, account: Account, requests: list[str]) -> None:
        self._app, self._account, self._requests = app, account, requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        request = Request(scope)
        path = request.url.path.removeprefix(str(scope.get("root_path", "")))
        self._requests.append(f"{request.method} {path}")
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        refused = None if self._account.knows(token) else JSONResponse(UNAUTHORIZED, 401)
        await (refused or self._app)(scope, receive, send)
