"""What every call to Expo shares: one address, reads that are repeated, answers that are nested.

eas-cli's own API: it is not published, and is held to its schema in tests/contracts.
"""

from typing import TypeVar

import httpx
from pydantic import BaseModel

from bot.errors import VendorRejected
from bot.integrations._http import Retry, graphql, parse

M = TypeVar("M", bound=BaseModel)

VENDOR = "Expo"
Path = tuple[str, ...]


class Api:
    """One ``httpx.AsyncClient`` with Expo's habits."""

    def __init__(self, http: httpx.AsyncClient, retry: Retry) -> None:
        self.http = http
        self._retry = retry

    async def read(self, model: type[M], doing: str, document: str, path: Path, **variables: object) -> M:
        """Read one thing; what is null on the way to it is not there (404)."""
        return parse(model, await self._found(doing, document, path, variables), VENDOR, doing)

    async def read_all(
        self, model: type[M], doing: str, document: str, path: Path, **variables: object
    ) -> tuple[M, ...]:
        """Read a list of things; lists within it are laid end to end."""
        found = await self._found(doing, document, path, variables)
        rows = found if isinstance(found, list) else [found]
        flat = [one for row in rows for one in (row if isinstance(row, list) else [row])]
        return tuple(parse(model, one, VENDOR, doing) for one in flat)

    async def change(self, model: type[M], doing: str, document: str, path: Path, **variables: object) -> M:
        """Change something, once; of a list that comes back, the first counts."""
        data: object = await graphql(self.http, VENDOR, doing, document, variables)
        found = _within(data, path)
        if isinstance(found, list):
            found = found[0] if found else None
        return parse(model, found, VENDOR, doing)

    async def _found(self, doing: str, document: str, path: Path, variables: dict[str, object]) -> object:
        data: object = await graphql(self.http, VENDOR, doing, document, variables, retry=self._retry)
        found = _within(data, path)
        if found is None:
            raise VendorRejected(VENDOR, doing, status=404, detail="Expo has no such thing")
        return found


def _within(data: object, path: Path) -> object:
    """Return what lies at ``path``, None when something on the way is null or missing."""
    for key in path:
        data = data.get(key) if isinstance(data, dict) else None
    return data
