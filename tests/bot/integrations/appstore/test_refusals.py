"""What the App Store refuses, when it is asked again, and what it answers that nobody can read."""

from datetime import timedelta

import httpx
import pytest

from bot.errors import VendorRejected, VendorUnavailable
from tests.bot.integrations._store_keys import bearer
from tests.bot.integrations.appstore._answers import (
    NONE,
    SUBMISSIONS,
    UNAUTHORIZED,
    VERSIONS,
    only,
    page,
    refusal,
    version,
)


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
