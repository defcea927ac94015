"""The one place where vendor HTTP turns into our errors.

Knows transport, status codes, rate limits and GraphQL's habit of failing under HTTP 200. Must not know any
vendor's paths, our settings, the database or Slack. No token ever reaches an exception text from here.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
import stamina
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import VendorError, VendorRejected, VendorUnavailable
from bot.integrations._limits import RETRYABLE, is_limited, wait_asked

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)

USER_AGENT = "pawdeploy"
DEADLINE = 60.0
"""Seconds one request may take as a whole; httpx's own timeouts bound single reads only."""
_SAID_LIMIT = 300
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
_GRAPHQL_STATUS = (("not authorized", 403), ("unauthorized", 401), ("forbidden", 403), ("not found", 404))


class VendorModel(BaseModel):
    """A vendor's answer: only the fields we use, and never quoted in an error."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class Retry:
    """How often a safe request is repeated before the caller hears of it. Times in seconds."""

    attempts: int = 3
    timeout: float = 20.0
    wait_initial: float = 0.2
    wait_max: float = 2.0
    wait_jitter: float = 0.3

    async def run(self, call: Callable[[], Awaitable[T]]) -> T:
        """Call until it answers; the last ``VendorUnavailable`` goes through."""
        async for attempt in stamina.retry_context(
            on=self._worth,
            attempts=self.attempts,
            timeout=self.timeout,
            wait_initial=self.wait_initial,
            wait_max=self.wait_max,
            wait_jitter=self.wait_jitter,
        ):
            with attempt:
                return await call()
        msg = "a retry needs at least one attempt"  # stamina re-raises, so only attempts=0 comes here
        raise ValueError(msg)

    def _worth(self, error: Exception) -> bool:
        # A vendor that asks for a longer wait than ours is left to the caller, who can wait durably.
        return isinstance(error, VendorUnavailable) and (error.retry_after or 0.0) <= self.wait_max


def build_http(
    base_url: str,
    headers: Mapping[str, str] | None = None,
    *,
    timeout: float = 20.0,
    connect_timeout: float = 5.0,
    transport: httpx.AsyncBaseTransport | None = None,
) -> httpx.AsyncClient:
    """Make the client every vendor class is given: one place for timeouts (seconds) and the user agent.

    Redirects are not followed: a vendor that moved is a thing to say, and headers must not travel.
    """
    return httpx.AsyncClient(
        base_url=base_url,
        headers={"User-Agent": USER_AGENT, **(headers or {})},
        timeout=httpx.Timeout(timeout, connect=connect_timeout),
        limits=httpx.Limits(max_connections=20, max_keepalive_connections=10),
        follow_redirects=False,
        transport=transport,
    )


async def request(
    http: httpx.AsyncClient,
    vendor: str,
    doing: str,
    method: str,
    url: str,
    *,
    retry: Retry | None = None,
    deadline: float = DEADLINE,
    **kwargs: Any,
) -> httpx.Response:
    """Send one request and return its 2xx answer, or raise ``VendorUnavailable`` or ``VendorRejected``.

    Give ``retry`` only where repeating is safe.
    """
    if retry is None:
        return await _once(http, vendor, doing, method, url, deadline, kwargs)
    return await retry.run(lambda: _once(http, vendor, doing, method, url, deadline, kwargs))


async def request_json(
    http: httpx.AsyncClient,
    vendor: str,
    doing: str,
    method: str,
    url: str,
    *,
    retry: Retry | None = None,
    **kwargs: Any,
) -> Any:
    """Send one request; return parsed JSON, or None for an empty answer."""
    if retry is not None:
        return await retry.run(lambda: request_json(http, vendor, doing, method, url, **kwargs))
    return read_json(await request(http, vendor, doing, method, url, **kwargs), vendor, doing)


def read_json(response: httpx.Response, vendor: str, doing: str) -> Any:
    """Return the answer's JSON, None when it is empty; a malformed one is the vendor not answering."""
    if not response.content.strip():
        return None
    try:
        return response.json()
    except (ValueError, RecursionError):
        # "from None": the decoding error holds the whole answer.
        raise VendorUnavailable(
            vendor, doing, status=response.status_code, detail="the answer is not JSON"
        ) from None


async def graphql(
    http: httpx.AsyncClient,
    vendor: str,
    doing: str,
    document: str,
    variables: Mapping[str, Any],
    *,
    retry: Retry | None = None,
) -> dict[str, Any]:
    """Execute one GraphQL document at the client's own URL and return ``data``.

    ``errors`` under HTTP 200 raise with the vendor's words: passing trouble as ``VendorUnavailable`` (the
    effect is then unknown), all others as ``VendorRejected``, whose ``status`` is what HTTP would have said.
    """
    if retry is not None:
        return await retry.run(lambda: graphql(http, vendor, doing, document, variables))
    # httpx ends base_url with a slash, and a slash after /graphql/v2 is another address.
    url = str(http.base_url).rstrip("/")
    payload = {"query": document, "variables": dict(variables)}
    answer = await request_json(http, vendor, doing, "POST", url, json=payload)
    if not isinstance(answer, dict):
        raise VendorUnavailable(vendor, doing, detail="the answer is not a GraphQL answer")
    if answer.get("errors"):
        raise _graphql_error(http, vendor, doing, answer)
    data = answer.get("data")
    if not isinstance(data, dict):
        raise VendorUnavailable(vendor, doing, detail="the answer holds neither data nor errors")
    return data


def parse(model: type[M], answer: object, vendor: str, doing: str) -> M:
    """Read ``answer`` as ``model``; a shape we do not know is the vendor not answering, and says where."""
    try:
        return model.model_validate(answer)
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in wrong["loc"]) or "the answer"
        detail = f"an answer we cannot read: {where}: {wrong['msg']}"
        raise VendorUnavailable(vendor, doing, detail=detail) from error


async def _once(
    http: httpx.AsyncClient,
    vendor: str,
    doing: str,
    method: str,
    url: str,
    deadline: float,
    kwargs: dict[str, Any],
) -> httpx.Response:
    try:
        async with asyncio.timeout(deadline):
            response = await http.request(method, url, **kwargs)
    except (httpx.TimeoutException, TimeoutError) as error:
        raise VendorUnavailable(vendor, doing, detail="no answer in time") from error
    except httpx.ConnectError as error:
        raise VendorUnavailable(vendor, doing, detail="could not connect") from error
    except httpx.HTTPError as error:
        raise VendorUnavailable(vendor, doing, detail="the connection broke") from error
    if response.is_success:
        return response
    raise _http_error(http, vendor, doing, response)


def _http_error(http: httpx.AsyncClient, vendor: str, doing: str, response: httpx.Response) -> VendorError:
    status, headers = response.status_code, response.headers
    said = _scrub(http, _words(response))
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


def _graphql_error(
    http: httpx.AsyncClient, vendor: str, doing: str, answer: Mapping[str, Any]
) -> VendorError:
    said = _scrub(http, _first_error(answer) or "an error without words")
    words = said.lower()
    # Known words only: Railway marks refusals and breakdowns alike with INTERNAL_SERVER_ERROR.
    if any(known in words for known in _GRAPHQL_TRANSIENT):
        return VendorUnavailable(vendor, doing, detail=said)
    status = next((code for known, code in _GRAPHQL_STATUS if known in words), None)
    return VendorRejected(vendor, doing, status=status, detail=said)


def _words(response: httpx.Response) -> str:
    """Return what the vendor says is wrong: ``message`` or the first GraphQL error; never a page of HTML."""
    try:
        answer = json.loads(response.content)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(answer, dict):
        return ""
    message = answer.get("message")
    return message if isinstance(message, str) else _first_error(answer)


def _first_error(answer: Mapping[str, Any]) -> str:
    errors = answer.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else errors
    message = first.get("message") if isinstance(first, dict) else first
    return message if isinstance(message, str) else ""


def _scrub(http: httpx.AsyncClient, text: str) -> str:
    """Cut ``text`` to one short line without the token we sent, should the vendor echo it."""
    for name in _TOKEN_HEADERS:
        token = http.headers.get(name, "").removeprefix("Bearer ").strip()
        if token:
            text = text.replace(token, "[token]")
    line = " ".join(text.split())
    return line if len(line) <= _SAID_LIMIT else line[: _SAID_LIMIT - 1] + "…"
