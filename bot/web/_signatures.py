"""Whether a sender signed exactly these bytes with the secret we share. Parses no body, keeps no clock."""

import hmac
from collections.abc import Sequence
from typing import Literal

from starlette.datastructures import Headers

from bot.webhooks import ID

_STANDARD = (ID, "webhook-timestamp", "webhook-signature")


def signed_in_hex(
    given: Sequence[str], body: bytes, secret: str, digest: Literal["sha256", "sha1"], *, prefix: str = ""
) -> bool:
    """Say whether the one signature ``given`` is the lower-case hex HMAC of ``body``, after ``prefix``.

    None, or several of which one might be right, is no signature. Compared in constant time, as bytes: a
    header may hold any of them.
    """
    expected = prefix + hmac.digest(secret.encode(), body, digest).hex()
    return len(given) == 1 and hmac.compare_digest(given[0].encode(), expected.encode())


def same(given: str, secret: str) -> bool:
    """Compare a word of an address with a secret, in constant time."""
    return hmac.compare_digest(given.encode(errors="replace"), secret.encode())


def standard_headers(headers: Headers) -> dict[str, str]:
    """Return the headers of Standard Webhooks that came once; one that came twice says nothing."""
    found = {name: headers.getlist(name) for name in _STANDARD}
    return {name: values[0] for name, values in found.items() if len(values) == 1}
