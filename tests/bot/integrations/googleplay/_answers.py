"""What Google Play answers, as its documentation shows it.

https://developers.google.com/android-publisher/api-ref/rest/v3/applications.tracks.releases and
``…/edits.tracks``.
"""

from datetime import UTC, datetime

import httpx

from bot.engine.mobile import AppPlatform
from bot.engine.stores import StorePhase, StoreVersion

URL = "https://androidpublisher.googleapis.com"
ROOT = "/androidpublisher/v3/applications/app.pawlogic"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
RELEASES = f"GET {ROOT}/tracks/production/releases"
INSERT, DELETE = f"POST {ROOT}/edits", f"DELETE {ROOT}/edits/e-7"
TRACK, UPDATE = f"GET {ROOT}/edits/e-7/tracks/production", f"PUT {ROOT}/edits/e-7/tracks/production"
COMMIT = f"POST {ROOT}/edits/e-7:commit"
EDIT = httpx.Response(200, json={"id": "e-7", "expiryTimeSeconds": "1795435320"})
GONE = httpx.Response(204)
V15 = StoreVersion(
    platform=AppPlatform.ANDROID,
    phase=StorePhase.LIVE,
    raw="RELEASE_LIFECYCLE_STATE_PUBLISHED",
    version="1.5.0",
    number="150061",
)
OLD = {"name": "1.4.0", "versionCodes": ["140057"], "status": "completed"}


def summary(state, name="1.5.0", code=150061):
    return {
        "releaseName": name,
        "track": "production",
        "activeArtifacts": [{"versionCode": code}],
        "releaseLifecycleState": f"RELEASE_LIFECYCLE_STATE_{state}",
    }


def rollout(status, fraction=None, **more):
    shape = {"name": "1.5.0", "versionCodes": ["150061"], "status": status} | more
    return shape if fraction is None else shape | {"userFraction": fraction}


def listed(*releases):
    return httpx.Response(200, json={"releases": list(releases)})


def track(*releases):
    return httpx.Response(200, json={"track": "production", "releases": list(releases)})


def refusal(status, word, message, **headers):
    said = {"error": {"code": status, "message": message, "status": word}}
    return httpx.Response(status, json=said, headers=headers)


UNAUTHORIZED = refusal(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")


def calls(vendor):
    return [path.replace(ROOT, "") for path in vendor.paths() if not path.endswith("/token")]


async def only(store):
    (found,) = await store.versions()
    return found
