"""What every call to Sentry shares: headers, safe paths, safe search terms. Knows no use of the answers.

API: https://docs.sentry.io/api/
"""

import re
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel

from bot.errors import VendorRejected, VendorUnavailable
from bot.integrations._http import Retry, parse, read_json, request
from bot.integrations.sentry.models import ProjectAnswer

M = TypeVar("M", bound=BaseModel)

VENDOR = "Sentry"
_LONGEST_VERSION = 200
"""Characters of a release's name (https://docs.sentry.io/product/releases/naming-releases/)."""
_LONGEST_NUMBER = 40
_NOT_IN_A_TERM = frozenset('"\\*\n\r\t')
"""What would end a quoted search term, or make a pattern of it."""
_TAG = re.compile(r"[a-zA-Z0-9_.:-]{1,200}")
Params = Mapping[str, str | int | list[str]]


def auth_headers(token: str) -> dict[str, str]:
    """Return the header every request to Sentry needs."""
    return {"Authorization": f"Bearer {token}"}


def number(text: str, doing: str) -> str:
    """Return ``text``, an issue's or a project's number, as one path segment; anything else is refused."""
    if not (text.isascii() and text.isdecimal()) or len(text) > _LONGEST_NUMBER:
        raise VendorRejected(VENDOR, doing, detail=f"{text[:40]!r} is not a number Sentry gives")
    return text


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


def tagged(name: str, value: str, doing: str) -> str:
    """Return ``tags[name]:"value"``: the tag itself, also where a field of Sentry's has its name."""
    if not _TAG.fullmatch(name):
        raise VendorRejected(VENDOR, doing, detail=f"{name[:40]!r} is not a tag Sentry can search for")
    return term(f"tags[{name}]", value, doing)


def carrying(name: str, doing: str) -> str:
    """Return ``has:"name"``: events that carry the tag, with whatever value."""
    if not _TAG.fullmatch(name):
        raise VendorRejected(VENDOR, doing, detail=f"{name[:40]!r} is not a tag Sentry can search for")
    return term("has", name, doing)


def moment(at: datetime) -> str:
    """Return ``at`` as Sentry's parameters take it: UTC, without saying so."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds")


class Api:
    """One ``httpx.AsyncClient`` with one organization's paths. Reads are repeated, writes never."""

    def __init__(self, http: httpx.AsyncClient, organization: str, retry: Retry) -> None:
        self._http = http
        self._organization = organization
        self._retry = retry
        self._numbers: dict[str, str] = {}
        """Of projects by slug; a project never changes its own."""

    async def get(self, model: type[M], doing: str, path: str, params: Params | None = None) -> M:
        """Read one thing of the organization. An answer we cannot read is Sentry not answering."""
        url = self._url("organizations", path, doing)
        return await self._retry.run(lambda: self._get(model, doing, url, params))

    async def pages(
        self, model: type[M], doing: str, path: str, params: Mapping[str, str | int], *, most: int
    ) -> AsyncIterator[M]:
        """Read page after page as ``Link`` leads, ``most`` pages at the utmost.

        Only the cursor of a ``Link`` is used: an address in an answer never gets our token.
        (https://docs.sentry.io/api/pagination/)
        """
        url = self._url("organizations", path, doing)
        following: dict[str, str | int] = {**params}
        for _ in range(most):
            page, cursor = await self._retry.run(partial(self._page, model, doing, url, following))
            yield page
            if not cursor or cursor == following.get("cursor"):
                return
            following = {**params, "cursor": cursor}

    async def project(self, slug: str, doing: str) -> str:
        """Return a project's number: without one Sentry reads the token's own projects, often none.

        (https://docs.sentry.io/api/projects/retrieve-a-project/)
        """
        if slug not in self._numbers:
            url = self._url("projects", f"{segment(slug, doing)}/", doing)
            found = await self._retry.run(lambda: self._get(ProjectAnswer, doing, url, None))
            if not found.id.isdecimal():
                raise VendorUnavailable(VENDOR, doing, detail="an answer we cannot read: id")
            self._numbers[slug] = found.id
        return self._numbers[slug]

    async def post(self, model: type[M], doing: str, path: str, body: Mapping[str, object]) -> M:
        """Write something, once; it is written when the answer shows it."""
        return await self._write(model, doing, "POST", path, body)

    async def put(self, model: type[M], doing: str, path: str, body: Mapping[str, object]) -> M:
        """Change something, once; the answer is how it stands then."""
        return await self._write(model, doing, "PUT", path, body)

    async def _write(
        self, model: type[M], doing: str, method: str, path: str, body: Mapping[str, object]
    ) -> M:
        url = self._url("organizations", path, doing)
        response = await request(self._http, VENDOR, doing, method, url, json=dict(body))
        return parse(model, read_json(response, VENDOR, doing), VENDOR, doing)

    async def _get(self, model: type[M], doing: str, url: str, params: Params | None) -> M:
        return (await self._page(model, doing, url, params or {}))[0]

    async def _page(self, model: type[M], doing: str, url: str, params: Params) -> tuple[M, str]:
        """Return one page and the cursor of the next, empty when there is none."""
        response = await request(self._http, VENDOR, doing, "GET", url, params=dict(params))
        page = parse(model, read_json(response, VENDOR, doing), VENDOR, doing)
        link = response.links.get("next", {})
        return page, link.get("cursor", "") if link.get("results") == "true" else ""

    def _url(self, kind: str, path: str, doing: str) -> str:
        return f"api/0/{kind}/{segment(self._organization, doing)}/{path}"
