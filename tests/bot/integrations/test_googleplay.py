"""Rules of ``bot/integrations/googleplay``: what Google says of releases, and edits that never stay behind.

Payloads as https://developers.google.com/android-publisher/api-ref/rest/v3/applications.tracks.releases and
``…/edits.tracks`` show them.
"""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bot.engine.mobile import AppPlatform
from bot.engine.stores import OrderKind, StorePhase, StoreVersion
from bot.errors import VendorRejected, VendorUnavailable
from bot.integrations.googleplay import GooglePlay, Tokens
from tests.bot.integrations._store_keys import account, bearer

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


class Hands:
    """A clock that a test moves."""

    now = NOON


@pytest.fixture
def hands():
    return Hands()


@pytest.fixture
def store(connect, vendor, at_once, hands):
    given = [httpx.Response(200, json={"access_token": f"ya29.{n}", "expires_in": 3599}) for n in range(5)]
    vendor.on("POST /token", *given)
    vendor.on(INSERT, EDIT)
    vendor.on(DELETE, GONE)
    http = connect(URL)
    tokens = Tokens(http, account(), lambda: hands.now)
    return GooglePlay(
        http, "app.pawlogic", "production", tokens, lambda: hands.now, look_every=600, retry=at_once
    )


def calls(vendor):
    return [path.replace(ROOT, "") for path in vendor.paths() if not path.endswith("/token")]


async def only(store):
    (found,) = await store.versions()
    return found


async def test_a_release_in_review_is_read_without_an_edit(store, vendor):
    vendor.on(RELEASES, listed(summary("IN_REVIEW")))

    assert await only(store) == StoreVersion(
        platform=AppPlatform.ANDROID,
        phase=StorePhase.IN_REVIEW,
        raw="RELEASE_LIFECYCLE_STATE_IN_REVIEW",
        version="1.5.0",
        number="150061",
    )
    assert calls(vendor) == ["GET /tracks/production/releases"]
    assert bearer(vendor.asked[-1]) == "ya29.0"


@pytest.mark.parametrize(
    ("status", "fraction", "share", "halted"),
    [
        ("inProgress", 0.1, 0.1, False),
        ("halted", 0.25, 0.25, True),
        ("halted", None, None, True),
        ("completed", None, None, False),
        ("something new", 0.5, None, False),
    ],
)
async def test_what_is_out_says_how_far_by_an_edit_that_is_deleted(
    store, vendor, status, fraction, share, halted
):
    vendor.on(RELEASES, listed(summary("PUBLISHED")))
    vendor.on(TRACK, track(rollout(status, fraction), OLD))

    found = await only(store)

    assert (found.phase, found.share, found.halted) == (StorePhase.LIVE, share, halted)
    assert found.detail == f"rollout: {status}"
    assert calls(vendor) == [
        "GET /tracks/production/releases",
        "POST /edits",
        "GET /edits/e-7/tracks/production",
        "DELETE /edits/e-7",
    ]


async def test_releases_come_newest_first_and_only_what_is_out_has_a_share(store, vendor):
    vendor.on(RELEASES, listed(summary("PUBLISHED", "1.4.0", 140057), summary("IN_REVIEW")))
    vendor.on(TRACK, track(rollout("inProgress", 0.1), OLD))

    newest, live = await store.versions()

    assert (newest.number, newest.phase, newest.share) == ("150061", StorePhase.IN_REVIEW, None)
    assert (live.number, live.phase, live.share) == ("140057", StorePhase.LIVE, None)


async def test_while_everybody_has_what_is_out_edits_are_rare(store, vendor, hands):
    vendor.on(RELEASES, listed(summary("PUBLISHED", "1.4.0", 140057)))
    vendor.on(TRACK, track(OLD))
    for _ in range(3):
        await store.versions()
        hands.now += timedelta(seconds=299)

    assert calls(vendor).count("POST /edits") == 1
    hands.now += timedelta(seconds=1)
    await store.versions()
    assert calls(vendor).count("POST /edits") == 2


async def test_a_new_release_that_is_out_is_looked_at_at_once(store, vendor):
    vendor.on(
        RELEASES,
        listed(summary("PUBLISHED", "1.4.0", 140057)),
        listed(summary("PUBLISHED"), summary("PUBLISHED", "1.4.0", 140057)),
    )
    vendor.on(TRACK, track(OLD), track(rollout("inProgress", 0.1), OLD))
    await store.versions()

    assert (await store.versions())[0].share == 0.1


async def test_a_rollout_is_looked_at_each_time(store, vendor):
    vendor.on(RELEASES, listed(summary("PUBLISHED")))
    vendor.on(TRACK, track(rollout("inProgress", 0.1)), track(rollout("halted", 0.1)))

    assert [(await only(store)).halted for _ in range(2)] == [False, True]


@pytest.mark.parametrize(
    ("name", "version"),
    [("1.5.0", "1.5.0"), ("150061 (1.5.0)", "1.5.0"), ("Spring", "Spring"), ("", "")],
)
async def test_a_release_is_known_by_the_version_in_its_name(store, vendor, name, version):
    vendor.on(RELEASES, listed(summary("IN_REVIEW", name)))

    assert (await only(store)).version == version


async def test_a_track_without_releases_has_no_versions(store, vendor):
    vendor.on(RELEASES, httpx.Response(200, json={}))

    assert await store.versions() == ()


async def test_a_state_nobody_knows_is_unknown_and_kept_as_it_is(store, vendor):
    vendor.on(RELEASES, listed(summary("HELD_FOR_POLICY")))

    found = await only(store)

    assert (found.phase, found.raw) == (StorePhase.UNKNOWN, "RELEASE_LIFECYCLE_STATE_HELD_FOR_POLICY")


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refusal(403, "PERMISSION_DENIED", "The caller does not have permission"), VendorRejected),
        (httpx.Response(500), VendorUnavailable),
        (httpx.ConnectError("gone"), VendorUnavailable),
        (httpx.Response(200, json={"releases": [{}]}), VendorUnavailable),
    ],
    ids=["refused", "broken", "cut off", "unreadable"],
)
async def test_an_edit_is_deleted_whatever_happens_in_it(store, vendor, answer, error):
    vendor.on(RELEASES, listed(summary("PUBLISHED")))
    vendor.on(TRACK, answer)

    with pytest.raises(error):
        await store.versions()
    assert calls(vendor)[-1] == "DELETE /edits/e-7"


async def test_an_edit_is_deleted_when_whoever_asked_gives_up(store, vendor):
    def hang(_):
        raise asyncio.CancelledError

    vendor.on(RELEASES, listed(summary("PUBLISHED")))
    vendor.on(TRACK, hang)

    with pytest.raises(asyncio.CancelledError):
        await store.versions()
    assert calls(vendor)[-1] == "DELETE /edits/e-7"


async def test_an_edit_that_cannot_be_deleted_spoils_nothing(store, vendor):
    vendor.on(RELEASES, listed(summary("PUBLISHED")))
    vendor.on(TRACK, track(rollout("inProgress", 0.1)))
    vendor.on(DELETE, httpx.Response(500))

    assert (await only(store)).share == 0.1


@pytest.mark.parametrize(
    ("kind", "status", "wanted"),
    [(OrderKind.HALT, "inProgress", "halted"), (OrderKind.RESUME, "halted", "inProgress")],
)
async def test_an_order_changes_that_release_alone_and_keeps_its_share(store, vendor, kind, status, wanted):
    notes = [{"language": "en-US", "text": "What is new"}]
    vendor.on(TRACK, track(rollout(status, 0.1, releaseNotes=notes, inAppUpdatePriority=3), OLD))
    vendor.on(UPDATE, track(rollout(wanted, 0.1), OLD))
    vendor.on(COMMIT, EDIT)

    await store.order(kind, V15)

    put, commit = vendor.asked[-2:]
    assert vendor.sent(-2) == {
        "releases": [rollout(wanted, 0.1, releaseNotes=notes, inAppUpdatePriority=3), OLD]
    }
    assert put.method == "PUT"
    assert commit.url.params["changesInReviewBehavior"] == "ERROR_IF_IN_REVIEW"
    assert "DELETE /edits/e-7" not in calls(vendor)


async def test_a_release_that_was_halted_after_everybody_had_it_is_for_everybody_again(store, vendor):
    vendor.on(TRACK, track(rollout("halted")))
    vendor.on(UPDATE, track(rollout("completed")))
    vendor.on(COMMIT, EDIT)

    await store.order(OrderKind.RESUME, V15)

    assert vendor.sent(-2) == {"releases": [rollout("completed")]}


@pytest.mark.parametrize(("kind", "status"), [(OrderKind.HALT, "halted"), (OrderKind.RESUME, "inProgress")])
async def test_an_order_that_is_carried_out_already_changes_nothing(store, vendor, kind, status):
    vendor.on(TRACK, track(rollout(status, 0.1)))

    await store.order(kind, V15)

    assert calls(vendor) == ["POST /edits", "GET /edits/e-7/tracks/production", "DELETE /edits/e-7"]


@pytest.mark.parametrize(
    ("releases", "said"),
    [((rollout("completed"),), "the release is completed"), ((OLD,), "no release 150061 any more")],
    ids=["everybody has it", "gone"],
)
@pytest.mark.parametrize("kind", list(OrderKind))
async def test_what_is_no_rollout_is_refused_and_the_edit_deleted(store, vendor, kind, releases, said):
    vendor.on(TRACK, track(*releases))

    with pytest.raises(VendorRejected, match=said):
        await store.order(kind, V15)
    assert calls(vendor)[-1] == "DELETE /edits/e-7"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (refusal(400, "INVALID_ARGUMENT", "There are changes in review."), VendorRejected),
        (httpx.ReadTimeout("no answer"), VendorUnavailable),
    ],
    ids=["in review", "lost"],
)
async def test_a_commit_that_fails_is_not_sent_again_and_its_edit_deleted(store, vendor, answer, error):
    vendor.on(TRACK, track(rollout("inProgress", 0.1)))
    vendor.on(UPDATE, track(rollout("halted", 0.1)))
    vendor.on(COMMIT, answer)

    with pytest.raises(error):
        await store.order(OrderKind.HALT, V15)
    sent = [call.partition("?")[0] for call in calls(vendor)]
    assert sent[-2:] == ["POST /edits/e-7:commit", "DELETE /edits/e-7"]
    assert sent.count("POST /edits/e-7:commit") == 1


async def test_a_token_google_refuses_is_replaced_once(store, vendor):
    vendor.on(RELEASES, UNAUTHORIZED, listed(summary("IN_REVIEW")))

    assert (await only(store)).version == "1.5.0"
    assert [bearer(one) for one in vendor.asked if "releases" in one.url.path] == ["ya29.0", "ya29.1"]


async def test_an_account_that_is_refused_twice_is_refused(store, vendor):
    vendor.on(RELEASES, UNAUTHORIZED)

    with pytest.raises(VendorRejected, match="invalid authentication credentials") as caught:
        await store.versions()
    assert caught.value.status == 401
    assert calls(vendor) == ["GET /tracks/production/releases"] * 2


async def test_an_account_that_may_not_is_refused_in_googles_words(store, vendor):
    vendor.on(RELEASES, refusal(403, "PERMISSION_DENIED", "The caller does not have permission"))

    with pytest.raises(VendorRejected, match="The caller does not have permission") as caught:
        await store.versions()
    assert caught.value.status == 403


async def test_googles_words_never_quote_the_token(store, vendor):
    vendor.on(RELEASES, refusal(400, "INVALID_ARGUMENT", "bad token ya29.0 in header"))

    with pytest.raises(VendorRejected) as caught:
        await store.versions()
    assert "ya29.0" not in str(caught.value)
    assert "[token]" in str(caught.value)


async def test_too_many_requests_wait_as_google_says(store, vendor):
    vendor.on(RELEASES, refusal(429, "RESOURCE_EXHAUSTED", "Quota exceeded.", **{"retry-after": "30"}))

    with pytest.raises(VendorUnavailable, match="Quota exceeded") as caught:
        await store.versions()
    assert caught.value.retry_after == 30


async def test_a_track_with_a_colon_stays_one_part_of_the_address(connect, vendor, at_once, hands):
    vendor.on("POST /token", httpx.Response(200, json={"access_token": "ya29.0", "expires_in": 3599}))
    vendor.on(f"GET {ROOT}/tracks/wear%3Aproduction/releases", listed())
    http = connect(URL)
    tokens = Tokens(http, account(), lambda: hands.now)
    store = GooglePlay(http, "app.pawlogic", "wear:production", tokens, lambda: hands.now, retry=at_once)

    assert await store.versions() == ()
