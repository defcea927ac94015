"""Rules of ``bot/integrations/appstore``: what Apple says of versions, and phased releases that obey.

Payloads as https://developer.apple.com/documentation/appstoreconnectapi/get-v1-apps-_id_-appstoreversions,
``…/get-v1-reviewsubmissions`` and ``…/appstoreversionphasedrelease`` show them.
"""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bot.engine.mobile import AppPlatform
from bot.engine.stores import OrderKind, StorePhase, StoreVersion
from bot.errors import VendorRejected, VendorUnavailable
from bot.integrations.appstore import AppStore, Key, Tokens
from tests.bot.integrations._store_keys import P256, bearer, claims, pem

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


class Hands:
    """A clock that a test moves."""

    now = NOON


@pytest.fixture
def hands():
    return Hands()


@pytest.fixture
def store(connect, at_once, hands):
    key = Key(pem(P256), "2X9R4HXF34", "57246542-96fe")
    return AppStore(connect(URL), "6450012345", Tokens(key, lambda: hands.now), retry=at_once)


async def only(store):
    (found,) = await store.versions()
    return found


async def test_a_version_is_read_with_its_build_and_its_review(store, vendor):
    vendor.on(VERSIONS, page(version(), included=[build("61")]))
    vendor.on(SUBMISSIONS, page(submission("IN_REVIEW")))

    assert await only(store) == StoreVersion(
        platform=AppPlatform.IOS,
        phase=StorePhase.IN_REVIEW,
        raw="IN_REVIEW",
        version="1.5.0",
        number="61",
        id="v-15",
        created_at=datetime(2026, 11, 20, 17, tzinfo=UTC),
        detail="review submission: IN_REVIEW",
    )


async def test_it_asks_for_the_apps_own_versions_and_submissions_with_one_token(store, vendor):
    vendor.on(VERSIONS, page())
    vendor.on(SUBMISSIONS, NONE)

    assert await store.versions() == ()
    asked = [dict(request.url.params) for request in vendor.asked]
    assert asked[0]["include"] == "build,appStoreVersionPhasedRelease"
    assert asked[0]["filter[platform]"] == asked[1]["filter[platform]"] == "IOS"
    assert asked[1]["filter[app]"] == "6450012345"
    assert "UNRESOLVED_ISSUES" in asked[1]["filter[state]"]
    tokens = {bearer(request) for request in vendor.asked}
    assert len(tokens) == 1
    said = claims(tokens.pop(), P256.public_key(), "ES256", "appstoreconnect-v1")
    assert said["iss"] == "57246542-96fe"


async def test_versions_come_newest_first_however_apple_lists_them(store, vendor):
    old = version("1.4.0", "READY_FOR_DISTRIBUTION", "2026-11-01T09:00:00-08:00")
    vendor.on(VERSIONS, page(old, version()))
    vendor.on(SUBMISSIONS, NONE)

    assert [one.version for one in await store.versions()] == ["1.5.0", "1.4.0"]


async def test_of_many_versions_the_newest_ten_are_told_of(store, vendor):
    many = [version(f"1.{n}.0", created=f"2026-11-{n:02}T09:00:00-08:00") for n in range(1, 13)]
    vendor.on(VERSIONS, page(*many))
    vendor.on(SUBMISSIONS, NONE)

    assert [one.version for one in await store.versions()] == [f"1.{n}.0" for n in range(12, 2, -1)]


async def test_unresolved_issues_of_its_submission_mean_that_a_version_is_rejected(store, vendor):
    vendor.on(VERSIONS, page(version()))
    vendor.on(SUBMISSIONS, page(submission("UNRESOLVED_ISSUES")))

    found = await only(store)

    assert (found.phase, found.raw) == (StorePhase.REJECTED, "IN_REVIEW")
    assert found.detail == "review submission: UNRESOLVED_ISSUES"


@pytest.mark.parametrize("of", ["", "v-14"], ids=["of an event alone", "of another version"])
async def test_another_submission_says_nothing_of_a_version(store, vendor, of):
    vendor.on(VERSIONS, page(version()))
    vendor.on(SUBMISSIONS, page(submission("UNRESOLVED_ISSUES", of)))

    found = await only(store)

    assert (found.phase, found.detail) == (StorePhase.IN_REVIEW, "")


async def test_a_state_nobody_knows_is_unknown_and_kept_as_it_is(store, vendor):
    vendor.on(VERSIONS, page(version(state="WAITING_FOR_LEGAL_REVIEW")))
    vendor.on(SUBMISSIONS, NONE)

    found = await only(store)

    assert (found.phase, found.raw) == (StorePhase.UNKNOWN, "WAITING_FOR_LEGAL_REVIEW")


@pytest.mark.parametrize(
    ("state", "day", "share", "halted", "shown"),
    [
        ("INACTIVE", None, None, False, None),
        ("ACTIVE", 1, 0.01, False, 1),
        ("ACTIVE", 4, 0.1, False, 4),
        ("ACTIVE", 7, None, False, 7),
        ("PAUSED", 3, 0.05, True, 3),
        ("COMPLETE", 7, None, False, None),
        ("SOMETHING_NEW", 3, None, False, None),
    ],
)
async def test_a_phased_release_says_how_many_get_it(store, vendor, state, day, share, halted, shown):
    live = version(state="READY_FOR_DISTRIBUTION")
    vendor.on(VERSIONS, page(live, included=[build("61"), phased(state, day)]))
    vendor.on(SUBMISSIONS, NONE)

    found = await only(store)

    assert (found.phase, found.share, found.halted, found.day) == (StorePhase.LIVE, share, halted, shown)


async def test_a_version_that_was_replaced_mid_phase_is_not_going_out(store, vendor):
    gone = version(state="REPLACED_WITH_NEW_VERSION")
    vendor.on(VERSIONS, page(gone, included=[phased("PAUSED", 3)]))
    vendor.on(SUBMISSIONS, NONE)

    found = await only(store)

    assert (found.share, found.halted, found.day) == (None, False, None)


async def test_a_version_without_build_or_phases_is_read_too(store, vendor):
    bare = version(state="PREPARE_FOR_SUBMISSION")
    bare["relationships"] = {"build": {"data": None}, "appStoreVersionPhasedRelease": {"links": {}}}
    vendor.on(VERSIONS, httpx.Response(200, json={"data": [bare]}))
    vendor.on(SUBMISSIONS, NONE)

    found = await only(store)

    assert (found.phase, found.number, found.share) == (StorePhase.DRAFT, "", None)


@pytest.mark.parametrize(
    ("kind", "state", "wanted"),
    [(OrderKind.HALT, "ACTIVE", "PAUSED"), (OrderKind.RESUME, "PAUSED", "ACTIVE")],
)
async def test_an_order_changes_the_phased_release_of_that_version(store, vendor, kind, state, wanted):
    vendor.on(PHASED, httpx.Response(200, json={"data": phased(state, 3) | {"id": "p-15"}}))
    vendor.on(PATCH, httpx.Response(200, json={"data": phased(wanted, 3)}))

    await store.order(kind, V15)

    assert vendor.sent() == {
        "data": {
            "type": "appStoreVersionPhasedReleases",
            "id": "p-15",
            "attributes": {"phasedReleaseState": wanted},
        }
    }


@pytest.mark.parametrize(("kind", "state"), [(OrderKind.HALT, "PAUSED"), (OrderKind.RESUME, "ACTIVE")])
async def test_an_order_that_is_carried_out_already_sends_nothing(store, vendor, kind, state):
    vendor.on(PHASED, httpx.Response(200, json={"data": phased(state, 3)}))

    await store.order(kind, V15)

    assert [request.method for request in vendor.asked] == ["GET"]


@pytest.mark.parametrize("state", ["COMPLETE", "INACTIVE", "SOMETHING_NEW"])
@pytest.mark.parametrize("kind", list(OrderKind))
async def test_what_everybody_has_or_nobody_cannot_be_halted_or_gone_on_with(store, vendor, kind, state):
    vendor.on(PHASED, httpx.Response(200, json={"data": phased(state)}))

    with pytest.raises(VendorRejected, match=state):
        await store.order(kind, V15)
    assert [request.method for request in vendor.asked] == ["GET"]


@pytest.mark.parametrize(
    "answer",
    [httpx.Response(200, json={"data": None}), refusal(404, "NOT_FOUND", "There is no resource")],
    ids=["null", "404"],
)
async def test_a_version_that_is_not_phased_cannot_be_halted(store, vendor, answer):
    vendor.on(PHASED, answer)

    with pytest.raises(VendorRejected, match="not released in phases"):
        await store.order(OrderKind.HALT, V15)


async def test_a_lost_answer_to_an_order_is_not_asked_for_again(store, vendor):
    vendor.on(PHASED, httpx.Response(200, json={"data": phased("ACTIVE", 3) | {"id": "p-15"}}))
    vendor.on(PATCH, httpx.ReadTimeout("no answer"))

    with pytest.raises(VendorUnavailable, match="pausing the phased release"):
        await store.order(OrderKind.HALT, V15)
    assert [request.method for request in vendor.asked] == ["GET", "PATCH"]


async def test_a_token_apple_refuses_is_replaced_once(store, vendor, hands):
    def refuse(_):
        hands.now += timedelta(seconds=1)  # as time goes on
        return UNAUTHORIZED

    vendor.on(VERSIONS, refuse, page(version()))
    vendor.on(SUBMISSIONS, NONE)

    assert (await only(store)).version == "1.5.0"
    first, second, third = (bearer(request) for request in vendor.asked)
    assert first != second == third


async def test_a_key_apple_does_not_take_is_a_refusal_after_a_second_try(store, vendor):
    vendor.on(VERSIONS, UNAUTHORIZED)

    with pytest.raises(VendorRejected, match="signed bearer token") as caught:
        await store.versions()
    assert caught.value.status == 401
    assert len(vendor.asked) == 2


async def test_a_key_that_may_not_is_refused_in_apples_words_at_once(store, vendor):
    vendor.on(VERSIONS, refusal(403, "FORBIDDEN_ERROR", "The API key in use does not allow this request"))

    with pytest.raises(VendorRejected, match="The API key in use does not allow this request") as caught:
        await store.versions()
    assert caught.value.status == 403
    assert len(vendor.asked) == 1


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("user-hour-lim:3500;user-hour-rem:0;", 600),
        ("user-hour-lim:3500; user-hour-rem:0", 600),
        ("user-hour-lim:3500;user-hour-rem:500;", 60),
    ],
)
async def test_too_many_requests_wait_as_what_is_left_of_the_hour_says(store, vendor, header, seconds):
    limit = refusal(429, "RATE_LIMIT_EXCEEDED", "The request rate limit has been reached.")
    limit.headers["x-rate-limit"] = header
    vendor.on(VERSIONS, limit)

    with pytest.raises(VendorUnavailable, match="rate limit") as caught:
        await store.versions()
    assert caught.value.retry_after == seconds
    assert len(vendor.asked) == 1


async def test_a_read_is_repeated_while_apple_is_down(store, vendor):
    vendor.on(VERSIONS, httpx.Response(503), page(version()))
    vendor.on(SUBMISSIONS, NONE)

    assert (await only(store)).version == "1.5.0"


@pytest.mark.parametrize("answer", [{}, {"data": {}}, {"data": [{"id": "v"}]}, []], ids=str)
async def test_an_answer_of_another_shape_is_apple_not_answering(store, vendor, answer):
    vendor.on(VERSIONS, httpx.Response(200, json=answer))

    with pytest.raises(VendorUnavailable, match="an answer we cannot read"):
        await store.versions()
