"""One app at App Store Connect: its versions, their review, and the phased release of what is live.

Given an ``httpx.AsyncClient`` with the API's address and no token: tokens last minutes and go with each
request.
"""

from collections.abc import Mapping
from urllib.parse import quote

import httpx

from bot.engine.mobile import AppPlatform
from bot.engine.store_words import apple_phase, phased_share
from bot.engine.stores import OrderKind, StorePhase, StoreVersion
from bot.errors import VendorRejected
from bot.integrations._http import Retry, parse, request_json
from bot.integrations.appstore._token import Tokens
from bot.integrations.appstore.models import Included, PhasedRelease, Submissions, Version, Versions

VENDOR = "App Store Connect"
_ASKED = 50
"""Versions asked for: Apple does not say in which order they come."""
_MOST = 10
"""Versions told of, newest first: what is live, what comes, and what was."""
_OPEN = "READY_FOR_REVIEW,WAITING_FOR_REVIEW,IN_REVIEW,UNRESOLVED_ISSUES,CANCELING,COMPLETING"
_WANTED = {OrderKind.HALT: "PAUSED", OrderKind.RESUME: "ACTIVE"}
_PHASED = "appStoreVersionPhasedReleases"
Params = Mapping[str, str | int]


class AppStore:
    """One app of a team. ``app``: its Apple ID."""

    platform: AppPlatform = AppPlatform.IOS

    def __init__(self, http: httpx.AsyncClient, app: str, tokens: Tokens, *, retry: Retry = Retry()) -> None:  # noqa: B008 - frozen
        self._http, self._app, self._tokens, self._retry = http, app, tokens, retry

    async def versions(self) -> tuple[StoreVersion, ...]:
        """Return the newest versions, newest first.

        (https://developer.apple.com/documentation/appstoreconnectapi/get-v1-apps-_id_-appstoreversions)
        """
        doing = "reading the app's versions"
        params: Params = {
            "filter[platform]": "IOS",
            "include": "build,appStoreVersionPhasedRelease",
            "limit": _ASKED,
        }
        path = f"v1/apps/{quote(self._app, safe='')}/appStoreVersions"
        page = parse(Versions, await self._ask(doing, "GET", path, params=params), VENDOR, doing)
        submissions = await self._submissions()
        found = [_read(one, page, submissions.get(one.id, "")) for one in page.data]
        return tuple(sorted(found, key=_age, reverse=True)[:_MOST])

    async def order(self, kind: OrderKind, version: StoreVersion) -> None:
        """Pause the phased release of a version, or go on with it. Where it already is so, nothing is sent.

        ``VendorRejected``: the version is not phased, or everybody has it.
        (https://developer.apple.com/documentation/appstoreconnectapi/patch-v1-appstoreversionphasedreleases-_id_)
        """
        doing = "pausing the phased release" if kind is OrderKind.HALT else "going on with the phased release"
        phased = await self._phased(version, doing)
        now, wanted = phased.attributes.state, _WANTED[kind]
        if now == wanted:
            return
        if now not in _WANTED.values():
            said = f"the phased release is {now or 'in no state'}, and only one that is active can be paused"
            raise VendorRejected(VENDOR, doing, status=409, detail=said)
        data = {"type": _PHASED, "id": phased.id, "attributes": {"phasedReleaseState": wanted}}
        path = f"v1/{_PHASED}/{quote(phased.id, safe='')}"
        answer = await self._ask(doing, "PATCH", path, json={"data": data})
        parse(PhasedRelease, answer, VENDOR, doing)

    async def _phased(self, version: StoreVersion, doing: str) -> Included:
        path = f"v1/appStoreVersions/{quote(version.id, safe='')}/appStoreVersionPhasedRelease"
        try:
            found = parse(PhasedRelease, await self._ask(doing, "GET", path), VENDOR, doing).data
        except VendorRejected as error:
            if error.status != 404:
                raise
            found = None
        if found is None:
            said = "this version is not released in phases: everybody gets it at once"
            raise VendorRejected(VENDOR, doing, status=409, detail=said)
        return found

    async def _submissions(self) -> dict[str, str]:
        """Return the state of every open review submission, by the version it is about.

        (https://developer.apple.com/documentation/appstoreconnectapi/get-v1-reviewsubmissions)
        """
        doing = "reading the app's review submissions"
        params: Params = {
            "filter[app]": self._app,
            "filter[platform]": "IOS",
            "filter[state]": _OPEN,
            "include": "appStoreVersionForReview",
            "limit": _ASKED,
        }
        page = parse(
            Submissions, await self._ask(doing, "GET", "v1/reviewSubmissions", params=params), VENDOR, doing
        )
        return {one.relationships.version.id: one.attributes.state for one in page.data}

    async def _ask(
        self, doing: str, method: str, path: str, *, params: Params | None = None, json: object = None
    ) -> object:
        """Send a request with the token of the moment; one that is refused is replaced once."""
        token = self._tokens.token()
        try:
            return await self._send(token, doing, method, path, params, json)
        except VendorRejected as error:
            if error.status != 401:
                raise
        self._tokens.forget(token)
        return await self._send(self._tokens.token(), doing, method, path, params, json)

    async def _send(
        self, token: str, doing: str, method: str, path: str, params: Params | None, json: object
    ) -> object:
        retry = self._retry if method == "GET" else None
        headers = {"Authorization": f"Bearer {token}"}
        answer: object = await request_json(
            self._http, VENDOR, doing, method, path, retry=retry, headers=headers, params=params, json=json
        )
        return answer


def _read(one: Version, page: Versions, submission: str) -> StoreVersion:
    said = one.attributes
    build = page.facts("builds", one.relationships.build.id)
    phased = page.facts(_PHASED, one.relationships.phased.id)
    phase = apple_phase(said.state, submission)
    going_out = phase is StorePhase.LIVE and phased.state in _WANTED.values()
    return StoreVersion(
        platform=AppPlatform.IOS,
        phase=phase,
        raw=said.state,
        version=said.version,
        number=build.number,
        id=one.id,
        created_at=said.created_at,
        share=phased_share(phased.day) if going_out else None,
        halted=going_out and phased.state == "PAUSED",
        day=phased.day if going_out else None,
        detail=f"review submission: {submission}" if submission else "",
    )


def _age(version: StoreVersion) -> float:
    return version.created_at.timestamp() if version.created_at else 0.0
