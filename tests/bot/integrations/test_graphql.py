"""Rules of GraphQL over HTTP: where to ask, and what failing under HTTP 200 means."""

import httpx
import pytest

from bot.errors import VendorRejected, VendorUnavailable
from bot.integrations._http import graphql

URL = "https://vendor.test/api/v2"


@pytest.fixture
def http(connect):
    return connect(URL)


def errors(message, code="INTERNAL_SERVER_ERROR"):
    return httpx.Response(
        200, json={"errors": [{"message": message, "extensions": {"code": code}}], "data": None}
    )


async def test_graphql_asks_at_the_very_address_without_a_slash_after_it(http, vendor):
    vendor.on("POST /api/v2", httpx.Response(200, json={"data": {"a": 1}}))

    assert await graphql(http, "Vendor", "asking", "query q { a }", {"id": "1"}) == {"a": 1}
    assert vendor.sent() == {"query": "query q { a }", "variables": {"id": "1"}}


@pytest.mark.parametrize(
    ("message", "status"),
    [("Not Authorized", 403), ("Deployment not found", 404), ("Something of its own", None)],
)
async def test_graphql_refusals_under_200_are_rejected_in_the_vendors_words(http, vendor, message, status):
    vendor.on("POST /api/v2", errors(message))

    with pytest.raises(VendorRejected, match=message) as caught:
        await graphql(http, "Vendor", "asking", "{ a }", {})
    assert caught.value.status == status


@pytest.mark.parametrize(
    "message",
    ["Problem processing request", "Internal server error", "Rate limit exceeded", "Request timed out"],
)
async def test_graphql_breakdowns_under_200_are_unavailable(http, vendor, message):
    vendor.on("POST /api/v2", errors(message))

    with pytest.raises(VendorUnavailable, match=message):
        await graphql(http, "Vendor", "asking", "{ a }", {})


async def test_graphql_errors_beside_data_are_errors(http, vendor):
    vendor.on("POST /api/v2", httpx.Response(200, json={"data": {"a": None}, "errors": [{"message": "no"}]}))

    with pytest.raises(VendorRejected, match="no"):
        await graphql(http, "Vendor", "asking", "{ a }", {})


@pytest.mark.parametrize("answer", [[], "x", None, {}, {"data": None}, {"data": []}, {"errors": []}])
async def test_a_graphql_answer_without_data_is_unavailable(http, vendor, answer):
    vendor.on("POST /api/v2", httpx.Response(200, json=answer))

    with pytest.raises(VendorUnavailable):
        await graphql(http, "Vendor", "asking", "{ a }", {})


@pytest.mark.parametrize("broken", ["text", {"message": "x"}, ["x"], [{}], [None], [{"message": 5}]])
async def test_graphql_errors_of_any_shape_are_errors(http, vendor, broken):
    vendor.on("POST /api/v2", httpx.Response(200, json={"errors": broken}))

    with pytest.raises(VendorRejected):
        await graphql(http, "Vendor", "asking", "{ a }", {})


async def test_a_token_that_is_part_of_a_word_changes_no_meaning(connect, vendor):
    http = connect(URL, {"Authorization": "Bearer request"})
    vendor.on("POST /api/v2", errors("Problem processing request"))

    with pytest.raises(VendorUnavailable, match=r"Problem processing \[token\]"):
        await graphql(http, "Vendor", "asking", "{ a }", {})


def marked(message, **extensions):
    return httpx.Response(200, json={"errors": [{"message": message, "extensions": extensions}]})


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (marked("Something of its own", isTransient=True), VendorUnavailable),
        (marked("Please try again later", isTransient=False), VendorRejected),
        (marked("Please try again later", isTransient=False, errorType="USER"), VendorRejected),
        (marked("Something of its own", isTransient=False, errorType="SERVER"), VendorUnavailable),
        (marked("Something of its own", isTransient="yes"), VendorRejected),
    ],
    ids=["passing", "not passing", "the caller's", "the server's", "no mark"],
)
async def test_an_error_that_is_marked_is_what_its_mark_says(http, vendor, answer, error):
    vendor.on("POST /api/v2", answer)

    with pytest.raises(error):
        await graphql(http, "Vendor", "asking", "{ a }", {})
