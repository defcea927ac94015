"""What every call to Sentry shares: headers, safe paths, safe search terms. Knows no use of the answers.

API: https://docs.sentry.io/api/
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel

from bot.errors import VendorRejected
from bot.integrations._http import Retry, parse, read_json, request

M = TypeVar("M", bound=BaseModel)

VENDOR = "Sentry"
_LONGEST_VERSION = 200
"""Characters of a release's name (https://docs.sentry.io/product/releases/naming-releases/)."""
_NOT_IN_A_TERM = frozenset('"\\*\n\r\t')
"""What would end a quoted search term, or make a pattern of it."""


def auth_headers(token: str) -> dict[str, str]:
    """Return the header every request to Sentry needs."""
    return {"Authorization": f"Bearer {token}"}


def segment(text: str, doing: str) -> str:
    """Return ``text`` as one path segment, slashes encoded; what could climb out of it is refused unsent."""
    if not text or len(text) > _LONGEST_VERSION or text in (".", "..") or not text.isprintable():
        raise VendorRejected(VENDOR, doing, detail=f"{text[:40]!r} is not a name Sentry allows")
    return quote(text, safe="")


def term(key: str, value: str, doing: str) -> str:
    """Return ``key:"value"`` of Sentry's search; a value that would mean something else is refused unsent."""
    if not value or _NOT_IN_A_TERM & set(value):
        raise VendorRejected(VENDOR, doing, detail=f"{value[:40]!r} cannot be searched for")
    return f'{key}:"{value}"'


def moment(at: datetime) -> str:
    """Return ``at`` as Sentry's parameters take it: UTC, without saying so."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds")


class Api:
    """One ``httpx.AsyncClient`` with one organization's paths. Reads are repeated, writes never."""

    def __init__(self, http: httpx.AsyncClient, organization: str, retry: Retry) -> None:
        self._http = http
        self._organization = organization
        self._retry = retry

    async def get(
        self, model: type[M], doing: str, path: str, params: Mapping[str, str | int] | None = None
    ) -> M:
        """Read one thing of the organization. An answer we cannot read is Sentry not answering."""
        url = self._url("organizations", path, doing)
        return await self._retry.run(lambda: self._get(model, doing, url, params))

    async def project(self, model: type[M], doing: str, slug: str) -> M:
        """Read a project by its slug (https://docs.sentry.io/api/projects/retrieve-a-project/)."""
        url = self._url("projects", f"{segment(slug, doing)}/", doing)
        return await self._retry.run(lambda: self._get(model, doing, url, None))

    async def post(self, model: type[M], doing: str, path: str, body: Mapping[str, object]) -> M:
        """Write something, once; it is written when the answer shows it."""
        url = self._url("organizations", path, doing)
        response = await request(self._http, VENDOR, doing, "POST", url, json=dict(body))
        return parse(model, read_json(response, VENDOR, doing), VENDOR, doing)

    async def _get(self, model: type[M], doing: str, url: str, params: Mapping[str, str | int] | None) -> M:
        response = await request(self._http, VENDOR, doing, "GET", url, params=dict(params or {}))
        return parse(model, read_json(response, VENDOR, doing), VENDOR, doing)

    def _url(self, kind: str, path: str, doing: str) -> str:
        return f"api/0/{kind}/{segment(self._organization, doing)}/{path}"
