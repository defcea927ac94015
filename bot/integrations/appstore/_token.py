"""Tokens for App Store Connect: signed here with a team's key, good for minutes, used again while they are.

https://developer.apple.com/documentation/appstoreconnectapi/generating-tokens-for-api-requests
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

_AUDIENCE = "appstoreconnect-v1"
_SLOW = timedelta(minutes=1)
"""Our clock may be ahead of Apple's: a token from the future is none."""
_LIFE = timedelta(minutes=18)
"""With ``_SLOW`` still below the 20 minutes Apple allows."""
_REUSE = timedelta(minutes=15)
"""One token serves every request for so long."""


class BadKeyError(ValueError):
    """A key that signs nothing; the text does not quote it."""


class Key:
    """A team key of App Store Connect. ``BadKeyError``: ``pem`` is no private key of the P-256 kind."""

    def __init__(self, pem: str, key_id: str, issuer: str) -> None:
        # Whoever sets a variable in one line writes \n for the ends of lines.
        text = pem.replace("\\n", "\n").strip()
        try:
            private = load_pem_private_key(text.encode(), password=None)
        except (ValueError, TypeError):
            private = None
        if not isinstance(private, ec.EllipticCurvePrivateKey) or not isinstance(private.curve, ec.SECP256R1):
            msg = "is not the text of a .p8 file"
            raise BadKeyError(msg)
        self._private = private
        self._key_id, self._issuer = key_id, issuer

    def sign(self, now: datetime) -> str:
        """Return a token that is good from ``now`` on."""
        import jwt  # only now: a key is checked at every start, and most of the time no store is asked

        claims = {"iss": self._issuer, "iat": now - _SLOW, "exp": now + _LIFE, "aud": _AUDIENCE}
        return jwt.encode(claims, self._private, "ES256", headers={"kid": self._key_id, "typ": "JWT"})


class Tokens:
    """One key's token of the moment; every app of the team shares it."""

    def __init__(self, key: Key, now: Callable[[], datetime]) -> None:
        self._key, self._now = key, now
        self._token, self._made = "", datetime.min.replace(tzinfo=UTC)

    def token(self) -> str:
        """Return a token Apple takes for some minutes more."""
        now = self._now()
        if not self._token or not now - _REUSE < self._made <= now:
            self._token, self._made = self._key.sign(now), now
        return self._token

    def forget(self, token: str) -> None:
        """Use ``token`` no more; whoever has made a newer one meanwhile keeps it."""
        if token == self._token:
            self._token = ""
