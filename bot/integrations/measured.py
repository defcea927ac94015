"""Counts every call of a vendor on its way out. Wraps a transport: no client has to remember to count."""

from collections.abc import Callable
from time import perf_counter

import httpx

from bot.integrations._http import LIMITS, trusted

Told = Callable[[str, str, float], None]
"""Called with a vendor, ``ok``, ``rejected`` or ``unavailable``, and seconds."""


class MeasuredTransport(httpx.AsyncBaseTransport):
    """Passes requests to ``inner`` and tells how each went."""

    def __init__(self, vendor: str, tell: Told, inner: httpx.AsyncBaseTransport | None = None) -> None:
        self._vendor = vendor
        self._tell = tell
        self._inner = inner or httpx.AsyncHTTPTransport(verify=trusted(), limits=LIMITS)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request."""
        began, result = perf_counter(), "unavailable"
        try:
            response = await self._inner.handle_async_request(request)
            if response.status_code < 400:
                result = "ok"
            elif response.status_code < 500 and response.status_code != 429:
                result = "rejected"
            return response
        finally:
            self._tell(self._vendor, result, perf_counter() - began)

    async def aclose(self) -> None:
        """Close the transport inside."""
        await self._inner.aclose()
