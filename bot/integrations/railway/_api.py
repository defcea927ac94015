"""What every call to Railway shares: one address, and reads that are repeated. Knows no use of the answers.

API: https://docs.railway.com/integrations/api
"""

from typing import Any, TypeVar

import httpx
from pydantic import BaseModel

from bot.integrations._http import Retry, graphql, parse

M = TypeVar("M", bound=BaseModel)

VENDOR = "Railway"


class Api:
    """One ``httpx.AsyncClient`` with Railway's habits."""

    def __init__(self, http: httpx.AsyncClient, retry: Retry) -> None:
        self.http = http
        self._retry = retry

    async def read(
        self, model: type[M], doing: str, document: str, field: str, variables: dict[str, object]
    ) -> M:
        """Execute what may be repeated and return the one field asked for."""
        data = await self.repeat(doing, document, variables)
        return parse(model, data.get(field), VENDOR, doing)

    async def repeat(self, doing: str, document: str, variables: dict[str, object]) -> dict[str, Any]:
        """Execute what may be repeated: reads, and changes that mean the same the second time."""
        return await graphql(self.http, VENDOR, doing, document, variables, retry=self._retry)

    async def once(self, doing: str, document: str, variables: dict[str, object]) -> dict[str, Any]:
        """Execute what must not be repeated."""
        return await graphql(self.http, VENDOR, doing, document, variables)
