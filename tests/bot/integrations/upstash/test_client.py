"""Rules of a PING over Upstash's REST API: the way its users take."""

import errno

import httpx
import pytest

from bot.engine.pulses import Beat
from bot.integrations.upstash import Upstash, auth_headers


@pytest.fixture
def upstash(connect):
    return Upstash(connect("https://eu1-cat.upstash.test", auth_headers("made-up-token")))


async def test_pong_is_well(vendor, upstash):
    vendor.on("GET /ping", httpx.Response(200, json={"result": "PONG"}))

    assert await upstash.beat() == Beat(found="well", said="PONG", answered=True)
    assert vendor.asked[0].headers["authorization"] == "Bearer made-up-token"


@pytest.mark.parametrize("status", [401, 403])
async def test_a_token_that_may_not_ask_is_unknown(vendor, upstash, status):
    vendor.on("GET /ping", httpx.Response(status, json={"error": "Unauthorized"}))

    assert await upstash.beat() == Beat(found="unknown", said=f"{status}: we may not ask it", answered=True)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            httpx.Response(400, json={"error": "ERR max requests limit exceeded"}),
            "HTTP 400: ERR max requests",
        ),
        (httpx.Response(429), "HTTP 429"),
        (httpx.Response(500), "HTTP 500"),
        (httpx.Response(200, json={"error": "ERR it is full"}), "ERR it is full"),
        (httpx.Response(404), "HTTP 404"),
    ],
)
async def test_an_error_in_place_of_pong_is_ill_in_its_own_words(vendor, upstash, answer, said):
    vendor.on("GET /ping", answer)

    beat = await upstash.beat()

    assert (beat.found, beat.answered, len(vendor.asked)) == ("ill", True, 1)
    assert beat.said.startswith(said)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, text="<html>log in to the guests' network"),
        httpx.Response(200, json={"result": "OK"}),
        httpx.Response(200, json={"result": None}),
        httpx.Response(200, json=[]),
        httpx.Response(200),
    ],
)
async def test_an_answer_that_is_not_upstashs_says_nothing(vendor, upstash, answer):
    vendor.on("GET /ping", answer)

    beat = await upstash.beat()

    assert (beat.found, beat.answered) == ("unknown", True)


@pytest.mark.parametrize(
    ("trouble", "found"),
    [
        (httpx.ReadTimeout("x"), "ill"),
        (httpx.ConnectError("x"), "ill"),
        (httpx.ReadError("x"), "ill"),
        (httpx.PoolTimeout("x"), "unknown"),
    ],
)
async def test_no_answer_is_ill_unless_the_way_there_is_ours(vendor, upstash, trouble, found):
    vendor.on("GET /ping", trouble)

    beat = await upstash.beat()

    assert (beat.found, beat.answered) == (found, False)


async def test_no_route_is_unknown(vendor, upstash):
    def unreachable(_request):
        raise httpx.ConnectError("x") from OSError(errno.ENETUNREACH, "x")

    vendor.on("GET /ping", unreachable)

    assert (await upstash.beat()).found == "unknown"
