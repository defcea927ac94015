"""Rules of the one error mapping, shared by every vendor."""

import gzip
import traceback

import httpx
import pytest
from pydantic import ValidationError

from bot.errors import VendorRejected, VendorUnavailable
from bot.integrations._http import LARGEST_ANSWER, VendorModel, graphql, parse, request, request_json

URL = "https://vendor.test/api/v2"
TOKEN = "very-secret-token"


@pytest.fixture
def http(connect):
    return connect(URL, {"Authorization": f"Bearer {TOKEN}"})


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 507, 520])
async def test_passing_trouble_is_unavailable(http, vendor, status):
    vendor.on("GET /api/v2/x", httpx.Response(status))

    with pytest.raises(VendorUnavailable) as caught:
        await request(http, "Vendor", "asking", "GET", "x")
    assert caught.value.status == status
    assert caught.value.vendor == "Vendor"


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422])
async def test_a_refusal_is_rejected_with_the_vendors_words(http, vendor, status):
    vendor.on("GET /api/v2/x", httpx.Response(status, json={"message": "Bad credentials"}))

    with pytest.raises(VendorRejected, match=f"while asking: HTTP {status}: Bad credentials") as caught:
        await request(http, "Vendor", "asking", "GET", "x")
    assert caught.value.status == status


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (httpx.ReadTimeout("slow"), "no answer in time"),
        (httpx.ConnectTimeout("slow"), "no answer in time"),
        (httpx.PoolTimeout("full"), "no answer in time"),
        (httpx.ConnectError("refused"), "could not connect"),
        (httpx.ReadError("reset by peer"), "the connection broke"),
        (httpx.RemoteProtocolError("server disconnected"), "the connection broke"),
        (httpx.DecodingError("bad gzip"), "the connection broke"),
    ],
)
async def test_transport_trouble_is_unavailable_and_named(http, vendor, trouble, said):
    vendor.on("GET /api/v2/x", trouble)

    with pytest.raises(VendorUnavailable, match=said) as caught:
        await request(http, "Vendor", "asking", "GET", "x")
    assert caught.value.__cause__ is trouble


async def test_an_answer_that_trickles_for_ever_ends_at_the_deadline(connect):
    async def never(_request):
        import asyncio

        await asyncio.Event().wait()

    async with httpx.AsyncClient(base_url=URL, transport=httpx.MockTransport(never)) as http:
        with pytest.raises(VendorUnavailable, match="no answer in time"):
            await request(http, "Vendor", "asking", "GET", "x", deadline=0.001)


@pytest.mark.parametrize("body", [b"{", b"<html>", b"\xff\xfe", b'{"a":'])
async def test_malformed_json_is_unavailable_and_not_quoted(http, vendor, body):
    vendor.on("GET /api/v2/x", httpx.Response(200, content=body))

    with pytest.raises(VendorUnavailable, match="the answer is not JSON") as caught:
        await request_json(http, "Vendor", "asking", "GET", "x")
    assert caught.value.__cause__ is None


async def test_an_empty_answer_is_none(http, vendor):
    vendor.on("GET /api/v2/x", httpx.Response(204))

    assert await request_json(http, "Vendor", "asking", "GET", "x") is None


async def test_a_page_of_html_is_not_repeated_to_people(http, vendor):
    vendor.on("GET /api/v2/x", httpx.Response(502, text="<html><h1>Bad gateway</h1>"))

    with pytest.raises(VendorUnavailable, match=r"HTTP 502$"):
        await request(http, "Vendor", "asking", "GET", "x")


async def test_a_redirect_is_said_and_not_followed(http, vendor):
    vendor.on("GET /api/v2/x", httpx.Response(301, headers={"location": "https://elsewhere.test/"}))

    with pytest.raises(VendorRejected, match="it has moved"):
        await request(http, "Vendor", "asking", "GET", "x")
    assert len(vendor.asked) == 1


# repeating


async def test_a_read_is_repeated_until_it_answers(http, vendor, at_once):
    vendor.on("GET /api/v2/x", httpx.Response(503), httpx.ReadError("reset"), httpx.Response(200, json=[1]))

    assert await request_json(http, "Vendor", "asking", "GET", "x", retry=at_once) == [1]
    assert len(vendor.asked) == 3


async def test_malformed_json_is_asked_for_again(http, vendor, at_once):
    vendor.on("GET /api/v2/x", httpx.Response(200, content=b"{"), httpx.Response(200, json=1))

    assert await request_json(http, "Vendor", "asking", "GET", "x", retry=at_once) == 1


async def test_repeating_ends_with_the_last_error(http, vendor, at_once):
    vendor.on("GET /api/v2/x", httpx.Response(503), httpx.Response(502), httpx.Response(500))

    with pytest.raises(VendorUnavailable) as caught:
        await request(http, "Vendor", "asking", "GET", "x", retry=at_once)
    assert caught.value.status == 500


async def test_a_refusal_is_not_repeated(http, vendor, at_once):
    vendor.on("GET /api/v2/x", httpx.Response(401))

    with pytest.raises(VendorRejected):
        await request(http, "Vendor", "asking", "GET", "x", retry=at_once)
    assert len(vendor.asked) == 1


async def test_a_long_wait_is_left_to_the_caller(http, vendor, at_once):
    vendor.on("GET /api/v2/x", httpx.Response(429, headers={"retry-after": "60"}))

    with pytest.raises(VendorUnavailable):
        await request(http, "Vendor", "asking", "GET", "x", retry=at_once)
    assert len(vendor.asked) == 1


async def test_nothing_is_repeated_unless_asked_for(http, vendor):
    vendor.on("POST /api/v2/x", httpx.Response(503))

    with pytest.raises(VendorUnavailable):
        await request(http, "Vendor", "changing", "POST", "x")
    assert len(vendor.asked) == 1


# what people and logs see


@pytest.mark.parametrize("headers", [{"Authorization": f"Bearer {TOKEN}"}, {"Project-Access-Token": TOKEN}])
@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(401, json={"message": f"bad token {TOKEN}"}),
        httpx.Response(200, json={"errors": [{"message": f"bad token {TOKEN}"}]}),
        httpx.Response(500, json={"errors": [{"message": f"bad token {TOKEN}"}]}),
        httpx.Response(200, text=f"not json {TOKEN}"),
        httpx.ReadError("reset"),
    ],
)
async def test_the_token_is_in_no_error_text_traceback_or_log(connect, vendor, caplog, headers, answer):
    http = connect(URL, headers)
    vendor.on("POST /api/v2", answer)
    caplog.set_level("DEBUG")

    with pytest.raises((VendorRejected, VendorUnavailable)) as caught:
        await graphql(http, "Vendor", "asking", "{ a }", {})

    seen = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + caught.value.detail
    assert TOKEN not in seen + caplog.text + repr(http)


async def test_the_vendors_words_are_cut_to_one_short_line(http, vendor):
    vendor.on("GET /api/v2/x", httpx.Response(400, json={"message": "a\nb " + "c" * 10_000}))

    with pytest.raises(VendorRejected) as caught:
        await request(http, "Vendor", "asking", "GET", "x")
    assert len(caught.value.detail) < 330
    assert "\n" not in caught.value.detail


def test_an_answer_of_another_shape_is_unavailable_and_says_where_without_quoting_it():
    class Shape(VendorModel):
        id: int

    with pytest.raises(VendorUnavailable, match=r"id: Input should be a valid integer") as caught:
        parse(Shape, {"id": "a-private-" + "value"}, "Vendor", "asking")

    assert isinstance(caught.value.__cause__, ValidationError)
    assert "a-private-value" not in "".join(traceback.format_exception(caught.value))


async def test_every_request_names_us(http, vendor):
    vendor.on("GET /api/v2/x", httpx.Response(200, json={}))

    await request(http, "Vendor", "asking", "GET", "x")

    assert vendor.asked[0].headers["user-agent"] == "pawdeploy"


async def test_an_answer_without_end_is_given_up_and_its_bytes_are_not_kept(http, vendor):
    sent = 0

    async def endless():
        nonlocal sent
        while True:
            sent += 1
            yield b"x" * 1024 * 1024

    vendor.on("GET /api/v2/x", lambda _: httpx.Response(200, content=endless()))

    with pytest.raises(VendorUnavailable, match="the answer is too large"):
        await request(http, "Vendor", "asking", "GET", "x", deadline=5)
    assert sent <= LARGEST_ANSWER // (1024 * 1024) + 1


async def test_a_packed_answer_that_unpacks_too_large_is_given_up(http, vendor):
    packed = gzip.compress(b"x" * (LARGEST_ANSWER + 1))
    vendor.on(
        "GET /api/v2/x", lambda _: httpx.Response(200, headers={"content-encoding": "gzip"}, content=packed)
    )

    with pytest.raises(VendorUnavailable, match="the answer is too large"):
        await request(http, "Vendor", "asking", "GET", "x")


async def test_a_packed_answer_is_read_unpacked(http, vendor):
    packed = gzip.compress(b'{"a": 1}')
    vendor.on(
        "GET /api/v2/x", lambda _: httpx.Response(200, headers={"content-encoding": "gzip"}, content=packed)
    )

    assert await request_json(http, "Vendor", "asking", "GET", "x") == {"a": 1}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"message": "No commit found"}, "HTTP 422: No commit found"),
        ({"detail": "Invalid token"}, "HTTP 422: Invalid token"),
        ({"error": "ERR it is full"}, "HTTP 422: ERR it is full"),
        ({"error": None, "errors": [{"message": "no such field"}]}, "HTTP 422: no such field"),
        ({"assignedTo": ["Unknown actor input", "x"]}, "HTTP 422: assignedTo: Unknown actor input"),
        ({"assignedTo": [], "status": [{"x": 1}]}, "HTTP 422"),
        (["no"], "HTTP 422"),
    ],
)
async def test_what_is_wrong_is_said_in_the_vendors_words(vendor, connect, body, said):
    vendor.on("GET /thing", httpx.Response(422, json=body))

    with pytest.raises(VendorRejected) as caught:
        await request(connect("https://vendor.test"), "Vendor", "asking", "GET", "/thing")

    assert caught.value.detail == said
