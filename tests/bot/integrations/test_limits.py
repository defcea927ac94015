"""Rules of rate limits: who asks for a wait, and how long."""

import httpx
import pytest

from bot.errors import VendorRejected, VendorUnavailable
from bot.integrations._http import request

URL = "https://vendor.test/api/v2"
NOON = "Mon, 23 Nov 2026 12:00:00 GMT"


@pytest.fixture
def http(connect):
    return connect(URL)


@pytest.mark.parametrize(
    ("status", "headers", "message", "seconds"),
    [
        (429, {"retry-after": "17"}, "", 17),
        (503, {"retry-after": "5"}, "", 5),
        (429, {"retry-after": "Mon, 23 Nov 2026 12:00:30 GMT", "date": NOON}, "", 30),
        (429, {"retry-after": "Mon, 23 Nov 2026 11:00:00 GMT", "date": NOON}, "", 0),
        (429, {"x-ratelimit-reset": "45"}, "", 45),
        (
            403,
            {
                "x-ratelimit-remaining": "0",
                "x-ratelimit-reset": "1795435320",
                "date": NOON,
            },
            "API rate limit exceeded for user ID 1.",
            120,
        ),
        (403, {"retry-after": "60"}, "You have exceeded a secondary rate limit.", 60),
        (403, {"x-github-request-id": "A:B"}, "You have exceeded a secondary rate limit.", 60),
        (429, {}, "", None),
        (429, {"retry-after": "soon"}, "", None),
        (429, {"retry-after": "-5"}, "", None),
        (429, {"retry-after": "1e300"}, "", 3600),
        (429, {"x-ratelimit-reset": "99999999999999"}, "", 3600),
        (500, {"x-ratelimit-reset": "1795435320"}, "", None),
    ],
)
async def test_the_wait_a_vendor_asks_for_is_handed_on(http, vendor, status, headers, message, seconds):
    vendor.on("GET /api/v2/x", httpx.Response(status, headers=headers, json={"message": message}))

    with pytest.raises(VendorUnavailable) as caught:
        await request(http, "Vendor", "asking", "GET", "x")
    assert caught.value.retry_after == seconds


async def test_a_403_with_requests_left_is_a_refusal_that_names_the_permission(http, vendor):
    vendor.on(
        "GET /api/v2/x",
        httpx.Response(
            403,
            headers={"x-ratelimit-remaining": "4999", "x-accepted-github-permissions": "checks=read"},
            json={"message": "Resource not accessible by personal access token"},
        ),
    )

    with pytest.raises(VendorRejected, match=r"not accessible.*the token needs checks=read"):
        await request(http, "Vendor", "asking", "GET", "x")
