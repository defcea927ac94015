"""What a vendor says of itself on its status page. Never raises for what the page does.

Given an ``httpx.AsyncClient`` with the page's base URL and no token. A page that is away says nothing.
"""

import httpx

from bot.engine.pulses import Beat
from bot.integrations._beats import ask
from bot.integrations._health_json import short
from bot.integrations._http import VendorModel

VENDOR = "The status page"
_ILL = frozenset({"maintenance", "minor", "major", "critical"})


class _Status(VendorModel):
    indicator: str
    description: str = ""


class _Page(VendorModel):
    status: _Status


class StatusPage:
    """One page."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def beat(self) -> Beat:
        """Read the page's one line; a word we do not know says nothing. (https://metastatuspage.com/api)."""
        answer = await ask(self._http, VENDOR, _Page, "api/v2/status.json")
        if isinstance(answer, Beat):
            return answer
        word = answer.status.indicator.lower()
        said = short(answer.status.description) or short(word) or "it says nothing"
        if word == "none":
            return Beat(found="well", said=said, answered=True)
        return Beat(found="ill" if word in _ILL else "unknown", said=said, answered=True)
