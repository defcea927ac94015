"""What App Store Connect answers: JSON:API documents, as its reference shows them. No state, no requests.

(https://developer.apple.com/documentation/appstoreconnectapi)
"""

import uuid
from collections.abc import Sequence

from sandbox.vendors.appstore_world import Version

Json = dict[str, object]


def versions_document(versions: Sequence[Version], include: Sequence[str], *, total: int, limit: int) -> Json:
    """Write a page of versions, with what was asked to be included."""
    included: list[Json] = []
    for one in versions:
        if "build" in include:
            included.append(build(one))
        if "appStoreVersionPhasedRelease" in include:
            included.append(phased_release(one))
    data = [version(one, include) for one in versions]
    return _page(data, total=total, limit=limit) | ({"included": included} if included else {})


def version(one: Version, include: Sequence[str] = ()) -> Json:
    """Write one version; only what is included is named by id."""
    attributes = {
        "platform": "IOS",
        "versionString": one.version,
        "appVersionState": one.state,
        "releaseType": one.release_type,
        "reviewType": "APP_STORE",
        "earliestReleaseDate": None,
        "downloadable": True,
        "createdDate": one.created_at.isoformat(timespec="seconds"),
    }
    relationships: dict[str, Json] = {"build": {}, "appStoreVersionPhasedRelease": {}}
    if "build" in include:
        relationships["build"] = {"data": {"type": "builds", "id": f"build-{one.id}"}}
    if "appStoreVersionPhasedRelease" in include:
        named = {"type": "appStoreVersionPhasedReleases", "id": one.phased.id}
        relationships["appStoreVersionPhasedRelease"] = {"data": named}
    return {
        "type": "appStoreVersions",
        "id": one.id,
        "attributes": attributes,
        "relationships": relationships,
    }


def build(one: Version) -> Json:
    """Write the build of a version; ``version`` is what people call the build number."""
    attributes = {"version": one.number, "processingState": "VALID", "expired": False}
    return {"type": "builds", "id": f"build-{one.id}", "attributes": attributes}


def phased_release(one: Version) -> Json:
    """Write how a version is phased."""
    started = one.phased.since
    attributes = {
        "phasedReleaseState": one.phased.state,
        "startDate": None if started is None else started.isoformat(timespec="seconds"),
        "totalPauseDuration": 0,
        "currentDayNumber": one.phased.day or None,
    }
    return {"type": "appStoreVersionPhasedReleases", "id": one.phased.id, "attributes": attributes}


def submissions_document(versions: Sequence[Version], include: Sequence[str], *, limit: int) -> Json:
    """Write a page of review submissions."""
    included = [version(one) for one in versions] if "appStoreVersionForReview" in include else []
    data = [submission(one, include) for one in versions]
    return _page(data, total=len(versions), limit=limit) | ({"included": included} if included else {})


def submission(one: Version, include: Sequence[str]) -> Json:
    """Write one review submission."""
    relationships: dict[str, Json] = {"items": {}, "appStoreVersionForReview": {}}
    if "appStoreVersionForReview" in include:
        named = {"type": "appStoreVersions", "id": one.id}
        relationships["appStoreVersionForReview"] = {"data": named}
    return {
        "type": "reviewSubmissions",
        "id": one.submission,
        "attributes": {
            "platform": "IOS",
            "submittedDate": one.created_at.isoformat(timespec="seconds"),
            "state": one.submission_state,
        },
        "relationships": relationships,
    }


def errors(status: int, code: str, title: str, detail: str) -> Json:
    """Write an error (https://developer.apple.com/documentation/appstoreconnectapi/errorresponse)."""
    one = {"id": str(uuid.uuid4()), "status": str(status), "code": code, "title": title, "detail": detail}
    return {"errors": [one]}


def _page(data: list[Json], *, total: int, limit: int) -> Json:
    return {"data": data, "links": {}, "meta": {"paging": {"total": total, "limit": limit}}}
