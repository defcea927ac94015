"""What Google says of releases, and edits that never stay behind."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from bot.engine.mobile import AppPlatform
from bot.engine.stores import StorePhase, StoreVersion
from bot.errors import VendorRejected, VendorUnavailable
from bot.integrations.googleplay import GooglePlay, Tokens
from tests.bot.integrations._store_keys import account, bearer
from tests.bot.integrations.googleplay._answers import (
    DELETE,
    OLD,
    RELEASES,
    ROOT,
    TRACK,
    URL,
    calls,
    listed,
    only,
    refusal,
    rollout,
    summary,
    track,
)


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


async def test_a_track_with_a_colon_stays_one_part_of_the_address(connect, vendor, at_once, hands):
    vendor.on("POST /token", httpx.Response(200, json={"access_token": "ya29.0", "expires_in": 3599}))
    vendor.on(f"GET {ROOT}/tracks/wear%3Aproduction/releases", listed())
    http = connect(URL)
    tokens = Tokens(http, account(), lambda: hands.now)
    store = GooglePlay(http, "app.pawlogic", "wear:production", tokens, lambda: hands.now, retry=at_once)

    assert await store.versions() == ()
