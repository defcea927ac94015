"""What Apple says of versions: their review, their build, how many people get them."""

from datetime import UTC, datetime

import httpx
import pytest

from bot.engine.mobile import AppPlatform
from bot.engine.stores import StorePhase, StoreVersion
from tests.bot.integrations._store_keys import P256, bearer, claims
from tests.bot.integrations.appstore._answers import (
    NONE,
    SUBMISSIONS,
    VERSIONS,
    build,
    only,
    page,
    phased,
    submission,
    version,
)


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
