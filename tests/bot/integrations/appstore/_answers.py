"""What the App Store answers, as its documentation shows it.

https://developer.apple.com/documentation/appstoreconnectapi/get-v1-apps-_id_-appstoreversions,
``…/get-v1-reviewsubmissions`` and ``…/appstoreversionphasedrelease``.
"""

from datetime import UTC, datetime

import httpx

from bot.engine.mobile import AppPlatform
from bot.engine.stores import StorePhase, StoreVersion

URL = "https://api.appstoreconnect.apple.com"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
VERSIONS = "GET /v1/apps/6450012345/appStoreVersions"
SUBMISSIONS = "GET /v1/reviewSubmissions"
PHASED = "GET /v1/appStoreVersions/v-15/appStoreVersionPhasedRelease"
PATCH = "PATCH /v1/appStoreVersionPhasedReleases/p-15"
NONE = httpx.Response(200, json={"data": [], "links": {}})
V15 = StoreVersion(
    platform=AppPlatform.IOS, phase=StorePhase.LIVE, raw="READY_FOR_DISTRIBUTION", version="1.5.0", id="v-15"
)


def version(name="1.5.0", state="IN_REVIEW", created="2026-11-20T09:00:00-08:00", **more):
    ident = f"v-{name[0]}{name[2]}"
    return {
        "type": "appStoreVersions",
        "id": ident,
        "attributes": {
            "platform": "IOS",
            "versionString": name,
            "appStoreState": "WAITING_FOR_REVIEW",
            "appVersionState": state,
            "releaseType": "AFTER_APPROVAL",
            "createdDate": created,
        },
        "relationships": {
            "build": {"data": {"type": "builds", "id": f"b-{ident}"}, "links": {}},
            "appStoreVersionPhasedRelease": {
                "data": {"type": "appStoreVersionPhasedReleases", "id": f"p-{ident}"}
            },
        },
        "links": {},
    } | more


def build(number, of="v-15"):
    return {
        "type": "builds",
        "id": f"b-{of}",
        "attributes": {"version": number, "uploadedDate": "2026-11-20T08:00:00-08:00", "expired": False},
    }


def phased(state, day=None, of="v-15"):
    return {
        "type": "appStoreVersionPhasedReleases",
        "id": f"p-{of}",
        "attributes": {
            "phasedReleaseState": state,
            "startDate": "2026-11-21T09:00:00-08:00",
            "totalPauseDuration": 0,
            "currentDayNumber": day,
        },
    }


def page(*data, included=()):
    return httpx.Response(200, json={"data": data, "included": included, "links": {}, "meta": {}})


def submission(state, of="v-15"):
    named = {"data": {"type": "appStoreVersions", "id": of}} if of else {}
    return {
        "type": "reviewSubmissions",
        "id": "s-1",
        "attributes": {"platform": "IOS", "submittedDate": None, "state": state},
        "relationships": {"appStoreVersionForReview": named},
    }


def refusal(status, code, detail, **headers):
    one = {"id": "e-1", "status": str(status), "code": code, "title": "It did not work", "detail": detail}
    return httpx.Response(status, json={"errors": [one]}, headers=headers)


UNAUTHORIZED = refusal(401, "NOT_AUTHORIZED", "Provide a properly configured and signed bearer token.")


async def only(store):
    (found,) = await store.versions()
    return found
