"""Rules of asking a service whether it is well: nothing it does is our error."""

import asyncio

import httpx
import pytest

from bot.engine.health import Health
from bot.integrations._http import build_http
from bot.integrations.health import HealthProbe
from bot.project import Smoke

BASE = "https://staging-api.test/"
SHA = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def probe(connect):
    return HealthProbe(connect(""))


@pytest.fixture
def look(probe, vendor):
    async def ask(answer, key="commit") -> Health:
        vendor.on("GET /health", answer)
        return await probe.look(BASE, "/health", key, 10)

    return ask


async def test_good_json_names_its_commit(look):
    answer = await look(httpx.Response(200, json={"status": "ok", "commit": SHA.upper()}))

    assert answer == Health(ok=True, commit=SHA, said="200, status ok")


async def test_plain_text_is_good_and_names_no_commit(look):
    assert await look(httpx.Response(200, text="OK")) == Health(ok=True, commit="", said="200")


@pytest.mark.parametrize("key", ["", "version", "build.version", "a.b.c"])
async def test_a_commit_that_is_not_told_is_empty(look, key):
    assert (await look(httpx.Response(200, json={"commit": SHA, "build": "x"}), key)).commit == ""


@pytest.mark.parametrize("value", [None, 7, [SHA], {"sha": SHA}])
async def test_a_commit_that_is_no_text_is_empty(look, value):
    assert (await look(httpx.Response(200, json={"commit": value}))).commit == ""


@pytest.mark.parametrize("body", [{"build": {"commit": SHA}}, {"build.commit": SHA}])
async def test_a_key_with_dots_goes_inwards(look, body):
    assert (await look(httpx.Response(200, json=body), "build.commit")).commit == SHA


@pytest.mark.parametrize("body", ["[]", '"ok"', "null", "{", "[" * 100_000, "\xff"])
async def test_json_of_another_shape_is_only_text(look, body):
    assert await look(httpx.Response(200, text=body)) == Health(ok=True, commit="", said="200")


@pytest.mark.parametrize("status", [301, 400, 401, 404, 500, 503])
async def test_anything_but_2xx_is_not_good(look, status):
    assert await look(httpx.Response(status)) == Health(ok=False, commit="", said=str(status))


async def test_a_bad_answer_still_names_its_commit_and_its_trouble(look):
    answer = await look(httpx.Response(503, json={"status": "fail", "commit": SHA, "output": "no\ndatabase"}))

    assert answer == Health(ok=False, commit=SHA, said="503, status fail: no database")


@pytest.mark.parametrize("word", ["fail", "DOWN", "error", "unhealthy"])
async def test_200_with_a_bad_status_is_not_good(look, word):
    assert (await look(httpx.Response(200, json={"status": word}))).ok is False


async def test_200_with_a_word_of_its_own_is_good_in_plain_json(look):
    assert await look(httpx.Response(200, json={"status": "degraded"})) == Health(
        ok=True, commit="", said="200, status degraded"
    )


@pytest.mark.parametrize(
    ("word", "good"),
    [
        ("pass", True),
        ("OK", True),
        ("up", True),
        ("warn", True),
        ("fail", False),
        ("degraded", False),
        ("", False),
    ],
)
async def test_health_json_keeps_to_its_own_words(look, word, good):
    headers = {"content-type": "application/health+json; charset=utf-8"}

    assert (await look(httpx.Response(200, json={"status": word}, headers=headers))).ok is good


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (httpx.ReadTimeout("x"), "no answer within 10 s"),
        (httpx.ConnectError("x"), "could not connect"),
        (httpx.ReadError("x"), "the connection broke (ReadError)"),
        (httpx.RemoteProtocolError("x"), "the connection broke (RemoteProtocolError)"),
    ],
)
async def test_no_answer_is_an_answer(look, trouble, said):
    assert await look(trouble) == Health(ok=False, commit="", said=said)


async def test_an_address_that_is_none_is_an_answer(probe):
    assert (await probe.look("https://[broken", "/health", "commit", 10)).ok is False


async def test_a_service_that_trickles_for_ever_ends_at_the_timeout():
    async def never(_request):
        await asyncio.Event().wait()

    async with build_http("", transport=httpx.MockTransport(never)) as http:
        answer = await HealthProbe(http).look(BASE, "/health", "commit", 0.001)

    assert answer.said == "no answer within 0.001 s"


async def test_an_endless_body_is_not_read_to_its_end(connect, probe, vendor):
    class Endless(httpx.AsyncByteStream):
        async def __aiter__(self):
            while True:
                yield b"x" * 65536

    vendor.on("GET /health", lambda _: httpx.Response(200, stream=Endless()))

    assert (await probe.look(BASE, "/health", "commit", 10)).ok is True


async def test_no_cache_may_answer_for_the_service(look, vendor):
    await look(httpx.Response(200))

    assert vendor.asked[0].headers["cache-control"] == "no-cache"
    assert str(vendor.asked[0].url) == "https://staging-api.test/health"


# smoke tests


@pytest.mark.parametrize(
    ("answer", "wanted", "ok", "said"),
    [
        (httpx.Response(200, text="pawlogic 1.2"), {"contains": "pawlogic"}, True, "200"),
        (
            httpx.Response(200, text="other"),
            {"contains": "pawlogic"},
            False,
            "answered 200 without the text 'pawlogic'",
        ),
        (httpx.Response(500), {}, False, "answered 500, wanted 200"),
        (httpx.Response(401), {"status": 401}, True, "401"),
        (httpx.Response(302), {"status": 302}, True, "302"),
        (httpx.ReadTimeout("x"), {}, False, "no answer within 5 s"),
        (httpx.ConnectError("x"), {}, False, "could not connect"),
    ],
)
async def test_a_smoke_test_wants_its_status_and_its_text(probe, vendor, answer, wanted, ok, said):
    vendor.on("GET /v1/pets?limit=1", answer)

    result = await probe.smoke(BASE, Smoke(name="pets", path="/v1/pets?limit=1", **wanted), 5)

    assert (result.name, result.ok, result.said) == ("pets", ok, said)
    assert 0 <= result.seconds < 5


async def test_what_a_service_says_is_handed_on_without_secrets(look):
    down = {"status": "fail", "output": "redis://:hush-hush@cache:6379 refused"}
    answer = await look(httpx.Response(503, json=down))

    assert answer.said == "503, status fail: redis://[hidden]@cache:6379 refused"
