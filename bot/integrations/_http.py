"""The one place where vendor HTTP turns into our errors.

Knows transport, status codes, rate limits and GraphQL's habit of failing under HTTP 200. Must not know any
vendor's paths, our settings, the database or Slack. No token ever reaches an exception text from here.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cache
from ssl import SSLContext
from typing import Any, TypeVar

import httpx
import stamina
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import VendorUnavailable
from bot.integrations._failures import graphql_error, http_error

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)

USER_AGENT = "pawdeploy"
LIMITS = httpx.Limits(max_connections=20, max_keepalive_connections=10)
"""Connections of one client."""
DEADLINE = 60.0
"""Seconds one request may take as a whole; httpx's own timeouts bound single reads only."""

_UNPACKED = frozenset({"content-encoding", "content-length", "transfer-encoding"})
"""Headers that speak of the answer as it was sent."""
LARGEST_ANSWER = 16 * 1024 * 1024
"""Bytes, unpacked; the largest we ask for, a comparison of 300 files or a job's log, stays far below."""

LONGEST_LINE = 1000
"""Characters of a log line we hand on."""


class VendorModel(BaseModel):
    """A vendor's answer: only the fields we use, and never quoted in an error."""

    # Built when first used: a bot speaks with few of all the vendors there are.
    model_config = ConfigDict(extra="ignore", frozen=True, defer_build=True, hide_input_in_errors=True)


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


@cache
def trusted() -> SSLContext:
    """Return whom we trust to be who they say. One for all clients: reading it is most of making one."""
    return httpx.create_ssl_context()


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
        limits=LIMITS,
        follow_redirects=False,
        verify=trusted(),
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
    if retry is not None:
        return await retry.run(lambda: request(http, vendor, doing, method, url, deadline=deadline, **kwargs))
    return await _once(http, vendor, doing, method, url, deadline, kwargs)


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
    return await _graphql(http, vendor, doing, document, variables)


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
            response = await _bounded(http, vendor, doing, method, url, kwargs)
    except (httpx.TimeoutException, TimeoutError) as error:
        raise VendorUnavailable(vendor, doing, detail="no answer in time") from error
    except httpx.ConnectError as error:
        raise VendorUnavailable(vendor, doing, detail="could not connect") from error
    except httpx.HTTPError as error:
        raise VendorUnavailable(vendor, doing, detail="the connection broke") from error
    if response.is_success:
        return response
    raise http_error(vendor, doing, response)


async def _bounded(
    http: httpx.AsyncClient, vendor: str, doing: str, method: str, url: str, kwargs: dict[str, Any]
) -> httpx.Response:
    """Read the whole answer, or give up as soon as it proves too large."""
    async with http.stream(method, url, **kwargs) as response:
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > LARGEST_ANSWER:
                raise VendorUnavailable(
                    vendor, doing, status=response.status_code, detail="the answer is too large"
                )
    told = {name: value for name, value in response.headers.items() if name not in _UNPACKED}
    return httpx.Response(response.status_code, headers=told, content=bytes(body), request=response.request)


async def _graphql(
    http: httpx.AsyncClient, vendor: str, doing: str, document: str, variables: Mapping[str, Any]
) -> dict[str, Any]:
    # httpx ends base_url with a slash, and a slash after /graphql/v2 is another address.
    url = str(http.base_url).rstrip("/")
    payload = {"query": document, "variables": dict(variables)}
    response = await _once(http, vendor, doing, "POST", url, DEADLINE, {"json": payload})
    answer = read_json(response, vendor, doing)
    if not isinstance(answer, dict):
        raise VendorUnavailable(vendor, doing, detail="the answer is not a GraphQL answer")
    if answer.get("errors"):
        raise graphql_error(http, vendor, doing, answer)
    data = answer.get("data")
    if not isinstance(data, dict):
        raise VendorUnavailable(vendor, doing, detail="the answer holds neither data nor errors")
    return data
