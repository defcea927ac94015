"""What every call to Google Play shares: its token, safe paths, and edits that never stay behind.

https://developers.google.com/android-publisher/edits
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from urllib.parse import quote

import httpx

from bot.errors import VendorError, VendorRejected
from bot.integrations._http import Retry, parse, request_json
from bot.integrations.googleplay._token import VENDOR, Tokens
from bot.integrations.googleplay.models import Edit


class OpenEdit:
    """An edit and where it is; gone at the end of its ``async with``, committed or not."""

    def __init__(self, api: "Api", path: str) -> None:
        self._api = api
        self.path = path
        self.committed = False

    async def commit(self, doing: str) -> None:
        """Make its changes real; ``VendorRejected`` while Google reviews: a review is never cancelled.

        (https://developers.google.com/android-publisher/api-ref/rest/v3/edits/commit)
        """
        params = {"changesInReviewBehavior": "ERROR_IF_IN_REVIEW"}
        await self._api.ask(doing, "POST", f"{self.path}:commit", params=params)
        self.committed = True


class Api:
    """One app's paths. Reads are repeated, writes never."""

    def __init__(self, http: httpx.AsyncClient, package: str, tokens: Tokens, retry: Retry) -> None:
        self._http, self._tokens, self._retry = http, tokens, retry
        self._root = f"androidpublisher/v3/applications/{segment(package)}"

    async def ask(
        self,
        doing: str,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: object = None,
    ) -> object:
        """Send a request with the token of the moment; one that is refused is replaced once."""
        token = await self._tokens.token()
        try:
            return await self._send(token, doing, method, path, params, json)
        except VendorRejected as error:
            if error.status != 401:
                raise
        self._tokens.forget(token)
        return await self._send(await self._tokens.token(), doing, method, path, params, json)

    @asynccontextmanager
    async def edit(self, doing: str) -> AsyncIterator[OpenEdit]:
        """Open an edit, and delete it whatever happens, unless it was committed."""
        made = parse(Edit, await self.ask(doing, "POST", "edits"), VENDOR, doing)
        edit = OpenEdit(self, f"edits/{segment(made.id)}")
        try:
            yield edit
        finally:
            if not edit.committed:
                with suppress(VendorError):  # it ends by itself in a while
                    await self.ask("deleting an edit", "DELETE", edit.path)

    async def _send(
        self,
        token: str,
        doing: str,
        method: str,
        path: str,
        params: Mapping[str, str] | None,
        json: object,
    ) -> object:
        retry = self._retry if method == "GET" else None
        headers = {"Authorization": f"Bearer {token}"}
        url = f"{self._root}/{path}"
        answer: object = await request_json(
            self._http, VENDOR, doing, method, url, retry=retry, headers=headers, params=params, json=json
        )
        return answer


def segment(text: str) -> str:
    """Return ``text`` as one path segment."""
    return quote(text, safe="")
