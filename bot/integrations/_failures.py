"""Turn a vendor's bad answer into our error, in the vendor's own words and without our token.

Pure: an answer in, an error out; sends nothing and knows no vendor by name.
"""

import json
from collections.abc import Mapping
from typing import Any

import httpx

from bot.errors import VendorError, VendorRejected, VendorUnavailable
from bot.integrations._limits import RETRYABLE, is_limited, wait_asked
from bot.redact import hide

_SAID_LIMIT = 300
_TOKEN_SHORTEST = 6
"""Characters; anything shorter is a test's made-up token and would tear ordinary words apart."""
_TOKEN_HEADERS = ("authorization", "project-access-token")
_GRAPHQL_TRANSIENT = (
    "problem processing request",
    "internal server error",
    "rate limit",
    "too many requests",
    "timed out",
    "timeout",
    "try again",
    "temporarily",
)
_GRAPHQL_STATUS = (
    ("not authorized", 403),
    ("unauthorized", 401),
    ("token is invalid", 401),
    ("forbidden", 403),
    ("not found", 404),
    ("does not exist", 404),
)


def http_error(vendor: str, doing: str, response: httpx.Response) -> VendorError:
    """Return the error an answer outside 2xx means."""
    status, headers = response.status_code, response.headers
    said = _scrub(response.request.headers, _words(response))
    detail = f"HTTP {status}" + (f": {said}" if said else "")
    limited = is_limited(status, headers, said)
    if limited or status in RETRYABLE or status >= 500:
        wait = wait_asked(headers, limited=limited)
        return VendorUnavailable(vendor, doing, status=status, detail=detail, retry_after=wait)
    if response.is_redirect:
        detail = f"HTTP {status}: it has moved; was it renamed?"
    if status == 403 and (needed := headers.get("x-accepted-github-permissions")):
        detail += f" (the token needs {needed})"
    return VendorRejected(vendor, doing, status=status, detail=detail)


def graphql_error(http: httpx.AsyncClient, vendor: str, doing: str, answer: Mapping[str, Any]) -> VendorError:
    """Return the error that ``errors`` under HTTP 200 mean."""
    raw = _first_error(answer) or "an error without words"
    words = raw.lower()  # judged before our token is cut out of them
    said = _scrub(http.headers, raw)
    # Known words where nothing is marked: Railway calls refusals and breakdowns alike INTERNAL_SERVER_ERROR.
    marked = _is_passing(answer)
    if any(known in words for known in _GRAPHQL_TRANSIENT) if marked is None else marked:
        return VendorUnavailable(vendor, doing, detail=said)
    status = next((code for known, code in _GRAPHQL_STATUS if known in words), None)
    return VendorRejected(vendor, doing, status=status, detail=said)


def _words(response: httpx.Response) -> str:
    """Return what the vendor says is wrong, never a page of HTML.

    ``message``, Sentry's ``detail`` (https://docs.sentry.io/api/requests/), Google's ``error.message``, what
    its tokens say (``error_description``), Upstash's ``error``, the first GraphQL error or Apple's ``detail``
    of one, or what is wrong with a field.
    """
    try:
        answer = json.loads(response.content)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(answer, dict):
        return ""
    error = answer.get("error")
    inner = error.get("message") if isinstance(error, dict) else answer.get("error_description")
    said = (answer.get("message"), answer.get("detail"), inner, error)
    return (
        next((text for text in said if isinstance(text, str)), "") or _first_error(answer) or _field(answer)
    )


def _field(answer: Mapping[str, Any]) -> str:
    """Return what is wrong with the first field named, as Sentry says of one: ``{"field": ["words"]}``."""
    for name, words in answer.items():
        if isinstance(words, list) and words and isinstance(words[0], str):
            return f"{name}: {words[0]}"
    return ""


def _first_error(answer: Mapping[str, Any]) -> str:
    errors = answer.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else errors
    message = first.get("message") or first.get("detail") if isinstance(first, dict) else first
    return message if isinstance(message, str) else ""


def _is_passing(answer: Mapping[str, Any]) -> bool | None:
    """Say whether the errors are marked as passing, None where they are not marked: Expo marks them.

    ``extensions.isTransient``, which eas-cli repeats; and an ``errorType`` that is not the caller's doing.
    """
    errors = answer.get("errors")
    rows = errors if isinstance(errors, list) else []
    found = [one.get("extensions") for one in rows if isinstance(one, dict)]
    marks = [mark for mark in found if isinstance(mark, dict) and isinstance(mark.get("isTransient"), bool)]
    if not marks:
        return None
    return any(mark["isTransient"] or mark.get("errorType", "USER") != "USER" for mark in marks)


def _scrub(sent: Mapping[str, str], text: str) -> str:
    """Cut ``text`` to one short line without the token we sent, should the vendor echo it."""
    for name in _TOKEN_HEADERS:
        token = sent.get(name, "").removeprefix("Bearer ").strip()
        if len(token) >= _TOKEN_SHORTEST:
            text = text.replace(token, "[token]")
    line = hide(" ".join(text.split()))
    return line if len(line) <= _SAID_LIMIT else line[: _SAID_LIMIT - 1] + "…"
