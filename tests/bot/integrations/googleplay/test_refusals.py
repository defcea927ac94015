"""What Google Play refuses, in its words, and when it is asked again."""

import pytest

from bot.errors import VendorRejected, VendorUnavailable
from tests.bot.integrations._store_keys import bearer
from tests.bot.integrations.googleplay._answers import (
    RELEASES,
    UNAUTHORIZED,
    calls,
    listed,
    only,
    refusal,
    summary,
)


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
