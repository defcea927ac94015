"""Tokens for Google Play: asked for with what a service account signs, used until shortly before their end.

https://developers.google.com/identity/protocols/oauth2/service-account#httprest
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from pydantic import BaseModel, ConfigDict

from bot.errors import VendorRejected
from bot.integrations._http import Retry, VendorModel, parse, request_json
from bot.secrets import SAFE_ADDRESS

VENDOR = "Google Play"
_SCOPE = "https://www.googleapis.com/auth/androidpublisher"
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_SLOW = timedelta(minutes=1)
"""Our clock may be ahead of Google's."""
_LIFE = timedelta(minutes=30)
"""Of what we sign; Google allows an hour."""
_SPARE = timedelta(minutes=2)
"""Before its end a token is replaced, so that none ends on the way."""
_DOING = "asking Google for a token"


class BadAccountError(ValueError):
    """A key file that signs nothing; the text does not quote it."""


class _KeyFile(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    client_email: str
    private_key: str
    private_key_id: str = ""
    token_uri: str = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address


class _Granted(VendorModel):
    access_token: str
    expires_in: float


class Account:
    """A service account. ``BadAccountError``: ``text`` is no JSON key of one."""

    def __init__(self, text: str) -> None:
        file, private = _read(text)
        if private is None:
            msg = "is not the text of a service account's JSON key"
            raise BadAccountError(msg)
        if not re.match(SAFE_ADDRESS, file.token_uri):
            msg = "names a token_uri that does not start with https://"
            raise BadAccountError(msg)
        self.token_uri = file.token_uri
        self._email, self._key_id, self._private = file.client_email, file.private_key_id, private

    def sign(self, now: datetime) -> str:
        """Return what Google gives a token for."""
        import jwt  # only now: an account is checked at every start, and most of the time no store is asked

        claims = {
            "iss": self._email,
            "scope": _SCOPE,
            "aud": self.token_uri,
            "iat": now - _SLOW,
            "exp": now + _LIFE,
        }
        return jwt.encode(claims, self._private, "RS256", headers={"kid": self._key_id})


def _read(text: str) -> tuple[_KeyFile, rsa.RSAPrivateKey | None]:
    try:
        file = _KeyFile.model_validate_json(text)
        private = load_pem_private_key(file.private_key.encode(), password=None)
    except (ValueError, TypeError):  # pydantic's own is a ValueError
        return _KeyFile(client_email="", private_key=""), None
    return file, private if isinstance(private, rsa.RSAPrivateKey) else None


class Tokens:
    """One account's token of the moment; every app shares it."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        account: Account,
        now: Callable[[], datetime],
        *,
        retry: Retry = Retry(),  # noqa: B008 - frozen
    ) -> None:
        self._http, self._account, self._now, self._retry = http, account, now, retry
        self._token, self._ends = "", datetime.min.replace(tzinfo=UTC)

    async def token(self) -> str:
        """Return a token Google takes for some time more.

        ``VendorRejected`` with status 401: Google does not take the account, whatever status it says so with.
        """
        now = self._now()
        if self._token and now < self._ends - _SPARE:
            return self._token
        form = {"grant_type": _GRANT, "assertion": self._account.sign(now)}
        try:
            answer = await request_json(
                self._http, VENDOR, _DOING, "POST", self._account.token_uri, retry=self._retry, data=form
            )
        except VendorRejected as error:
            raise VendorRejected(VENDOR, _DOING, status=401, detail=error.detail) from error
        granted = parse(_Granted, answer, VENDOR, _DOING)
        self._token, self._ends = granted.access_token, now + timedelta(seconds=granted.expires_in)
        return self._token

    def forget(self, token: str) -> None:
        """Use ``token`` no more; whoever has a newer one meanwhile keeps it."""
        if token == self._token:
            self._token = ""
