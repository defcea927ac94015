"""Standard Webhooks: signs ours, says whether theirs was signed by who shares our secret. Parses no body.

The signature covers id, timestamp and the raw bytes
(https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
"""

import base64
import binascii
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256

ID = "webhook-id"
TOLERANCE = 300
"""Seconds a message may be older or newer than our clock."""
_LONGEST_ID = 120
_SHORTEST_KEY = 24


def secret_key(secret: str) -> bytes:
    """Return the key inside ``whsec_…``.

    Raises ``ValueError``: no such prefix, no base64, or too short to be one.
    """
    if not secret.startswith("whsec_"):
        msg = "does not start with whsec_"
        raise ValueError(msg)
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) < _SHORTEST_KEY:
        msg = "is not whsec_ and the base64 of 24 bytes or more"
        raise ValueError(msg)
    return key


# From the standard library: the ``standardwebhooks`` package reads its own clock, and a malformed signature
# makes it raise whatever base64 and float raise.
def signed_at(headers: Mapping[str, str], body: bytes, key: bytes, now: datetime) -> datetime | None:
    """Return when it was signed, or None when it was not: by us, over all of this, and lately.

    ``headers`` find names in lower case. Several signatures, for a secret being replaced, may stand side by
    side; one has to be right.
    """
    message_id, timestamp = headers.get(ID, ""), headers.get("webhook-timestamp", "")
    if not 0 < len(message_id) <= _LONGEST_ID or not (message_id.isascii() and message_id.isprintable()):
        return None
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return None
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE:
        return None
    expected = _signature(message_id, timestamp, body, key)
    matches = False
    for part in headers.get("webhook-signature", "").split(" "):
        version, _, given = part.partition(",")
        matches |= hmac.compare_digest(given.encode(), expected) and version == "v1"
    return datetime.fromtimestamp(int(timestamp), UTC) if matches else None


def sign(message_id: str, body: bytes, key: bytes, now: datetime) -> dict[str, str]:
    """Return the headers that sign ``body`` now; a message sent again keeps its id, so that it counts once.

    ``ValueError`` for an id the receiver could not tell from the rest: too long, with a full stop, not ASCII.
    """
    readable = message_id.isascii() and message_id.isprintable() and not set(message_id) & {".", " "}
    if not (readable and 0 < len(message_id) <= _LONGEST_ID):
        msg = f"no id for a webhook: {message_id!r}"
        raise ValueError(msg)
    timestamp = str(int(now.timestamp()))
    signature = _signature(message_id, timestamp, body, key).decode()
    return {ID: message_id, "webhook-timestamp": timestamp, "webhook-signature": f"v1,{signature}"}


def _signature(message_id: str, timestamp: str, body: bytes, key: bytes) -> bytes:
    return base64.b64encode(hmac.digest(key, f"{message_id}.{timestamp}.".encode() + body, sha256))
