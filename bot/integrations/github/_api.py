"""What every call to GitHub shares: headers, safe paths, pages. Knows no use the answers are put to.

API: https://docs.github.com/rest
"""

from collections.abc import AsyncIterator
from functools import partial
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel

from bot.errors import VendorRejected
from bot.integrations._http import Retry, parse, read_json, request

M = TypeVar("M", bound=BaseModel)

VENDOR = "GitHub"
API_VERSION = "2026-03-10"
"""Pinned; with it a dispatch always answers with its run (docs: rest/about-the-rest-api/breaking-changes)."""
PER_PAGE = 100
_REF_LIMIT = 255


def auth_headers(token: str) -> dict[str, str]:
    """Return the headers every request to GitHub needs."""
    return {
        "Authorization": f"Bearer {token}",
        "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": API_VERSION,
    }


def segment(text: str, doing: str) -> str:
    """Return ``text`` as one path segment, slashes encoded.

    What could climb out of its segment, and what git itself allows in no ref, is refused unsent.
    """
    bad = not text or len(text) > _REF_LIMIT or ".." in text or text == "."
    if bad or not text.isprintable() or any(char in text for char in " ~^:?*[\\"):
        raise VendorRejected(VENDOR, doing, status=422, detail="that is not a name git allows")
    return quote(text, safe="")


def repository_path(repository: str, doing: str) -> str:
    """Return ``repos/owner/name`` for ``owner/name``."""
    owner, _, name = repository.partition("/")
    return f"repos/{segment(owner, doing)}/{segment(name, doing)}"


def file_path(path: str, doing: str) -> str:
    """Return a file's path inside a repository, every part encoded; what could climb out is refused."""
    parts = path.split("/")
    if not path.isprintable() or any(part in ("", ".", "..") for part in parts):
        raise VendorRejected(VENDOR, doing, status=422, detail="that is not a file's path")
    return "/".join(quote(part, safe="") for part in parts)


class Api:
    """One ``httpx.AsyncClient`` with GitHub's habits. Reads are repeated, writes never."""

    def __init__(self, http: httpx.AsyncClient, retry: Retry) -> None:
        self.http = http
        self.retry = retry

    async def get(self, model: type[M], doing: str, path: str, **params: str | int) -> M:
        """Read one thing."""
        answer = await self.retry.run(lambda: self._get(doing, path, params))
        return parse(model, answer[0], VENDOR, doing)

    async def pages(
        self, model: type[M], doing: str, path: str, *, most: int = 20, **params: str | int
    ) -> AsyncIterator[M]:
        """Read page after page as ``Link`` leads, ``most`` pages at the utmost.

        The next page is asked for by its query alone: an address in an answer never gets our token.
        """
        query: dict[str, str | int] | None = {"per_page": PER_PAGE, **params}
        for _ in range(most):
            if query is None:
                return
            answer, query = await self.retry.run(partial(self._get, doing, path, query))
            yield parse(model, answer, VENDOR, doing)

    async def send(
        self, doing: str, method: str, path: str, body: object | None = None, *, version: str = API_VERSION
    ) -> httpx.Response:
        """Change something, once, and return the answer."""
        return await request(
            self.http,
            VENDOR,
            doing,
            method,
            path,
            json=body,
            headers={"X-GitHub-Api-Version": version},
        )

    async def _get(
        self, doing: str, path: str, params: dict[str, str | int]
    ) -> tuple[Any, dict[str, str | int] | None]:  # a vendor's JSON before it is parsed
        response = await request(self.http, VENDOR, doing, "GET", path, params=params)
        following = response.links.get("next", {}).get("url", "")
        query: dict[str, str | int] | None = {**httpx.URL(following).params} if following else None
        return read_json(response, VENDOR, doing), query or None
