"""Rules of a look: what an answer says of a service and of its parts."""

import json

import httpx
import pytest

from bot.engine.pulses import Beat, Component
from bot.integrations.health import HealthProbe

BASE = "https://api.test/"
HEALTH_JSON = {"content-type": "application/health+json"}


@pytest.fixture
def beat(vendor, connect):
    async def look(status=200, body=None, headers=None, **answer) -> Beat:
        if body is not None:
            answer["json"] = body
        vendor.on("GET /health", httpx.Response(status, headers=headers, **answer))
        return await HealthProbe(connect("")).beat(BASE, "/health", 10)

    return look


async def test_a_plain_200_is_well(beat):
    assert await beat(text="OK") == Beat(found="well", said="200", answered=True)


async def test_json_with_a_good_status_is_well(beat):
    assert await beat(body={"status": "ok"}) == Beat(found="well", said="200, status ok", answered=True)


@pytest.mark.parametrize("status", [301, 400, 404, 429, 500, 502, 503])
async def test_any_other_answer_is_ill_and_an_answer(beat, status):
    assert await beat(status) == Beat(found="ill", said=str(status), answered=True)


@pytest.mark.parametrize("status", [401, 403])
async def test_an_answer_that_we_may_not_ask_is_unknown(beat, status):
    found = await beat(status, {"status": "fail"})

    assert found == Beat(found="unknown", said=f"{status}: we may not ask it", answered=True)


@pytest.mark.parametrize("word", ["fail", "DOWN", "error", "unhealthy"])
async def test_200_with_a_bad_status_is_ill(beat, word):
    assert (await beat(body={"status": word, "output": "no database"})) == Beat(
        found="ill", said=f"200, status {word.lower()}; no database", answered=True
    )


@pytest.mark.parametrize(("word", "found"), [("warn", "well"), ("degraded", "ill"), ("", "ill")])
async def test_health_json_keeps_to_its_own_words(beat, word, found):
    assert (await beat(body={"status": word}, headers=HEALTH_JSON)).found == found


async def test_a_warning_is_told_and_well(beat):
    assert (await beat(body={"status": "warn"}, headers=HEALTH_JSON)).said == "200, status warn"


# parts

SHAPES = [
    {
        "checks": {
            "db:responseTime": [{"status": "fail", "output": "timed out"}],
            "cache": [{"status": "pass"}],
        }
    },
    {"checks": {"db:responseTime": {"status": "FAIL", "message": "timed out"}, "cache": "ok"}},
    {"components": {"db:responseTime": {"status": "DOWN", "error": "timed out"}, "cache": {"status": "UP"}}},
    {"checks": [{"name": "db:responseTime", "status": "DOWN", "detail": "timed out"}, {"name": "cache"}]},
    {"components": {"db:responseTime": {"healthy": False, "output": "timed out"}, "cache": True}},
]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("status", [200, 503])
async def test_a_part_that_fails_makes_it_ill_and_is_named_first(beat, shape, status):
    found = await beat(status, {"status": "ok"} | shape)

    assert found.found == "ill"
    assert found.said == f"{status}, status ok; failing: db:responseTime (timed out)"
    assert found.components[0].name == "db:responseTime"
    assert found.components[0].ok is False
    assert "timed out" in found.components[0].said


async def test_a_part_that_warns_is_told_and_well(beat):
    checks = {"db:connections": [{"status": "warn", "observedValue": 95, "observedUnit": "percent"}]}

    assert await beat(body={"status": "pass", "checks": checks}, headers=HEALTH_JSON) == Beat(
        found="well",
        said="200, status pass; not quite well: db:connections (95 percent)",
        answered=True,
        components=(Component(name="db:connections", ok=True, said="warn: 95 percent"),),
    )


async def test_of_several_measurements_the_worst_counts(beat):
    measured = [{"status": "pass"}, {"status": "fail", "output": "node 2"}, {"status": "warn"}]

    (part,) = (await beat(body={"checks": {"db": measured}})).components

    assert part == Component(name="db", ok=False, said="fail: node 2")


async def test_a_measurement_without_a_status_is_shown_and_judges_nothing(beat):
    found = await beat(body={"checks": {"uptime": [{"observedValue": 7.5, "observedUnit": "s"}]}})

    assert found == Beat(
        found="well",
        said="200",
        answered=True,
        components=(Component(name="uptime", ok=True, said="7.5 s"),),
    )


async def test_a_word_of_its_own_is_told_and_no_failure(beat):
    found = await beat(body={"checks": {"queue": "draining"}})

    assert (found.found, found.said) == ("well", "200; not quite well: queue")


@pytest.mark.parametrize(
    "body",
    [
        {"checks": 7},
        {"checks": {"db": None, "cache": 7, "queue": {}, "": "ok"}},
        {"checks": ["db", 7, {"status": "ok"}]},
        {"components": {"db": [], "cache": [[{"status": "fail"}]], "queue": ["fail"]}},
        [{"checks": {"db": "fail"}}],
        "fail",
    ],
)
async def test_what_says_nothing_of_a_part_is_no_part(beat, body):
    assert await beat(body=body) == Beat(found="well", said="200", answered=True)


@pytest.mark.parametrize("text", ["[]", '"ok"', "null", "{", "[" * 100_000, "\xff", "", '{"checks": {"db": '])
async def test_json_of_another_shape_is_only_text(beat, text):
    assert await beat(text=text) == Beat(found="well", said="200", answered=True)


async def test_the_failing_part_of_very_many_is_shown(beat):
    checks = {f"part-{number}": "ok" for number in range(100)} | {"last": "fail"}

    found = await beat(body={"checks": checks})

    assert len(found.components) == 30
    assert found.components[0] == Component(name="last", ok=False, said="fail")


async def test_what_a_part_says_is_short_one_line_and_without_secrets(beat):
    output = "no\nanswer \x00\ud800from redis://:hush-hush@cache:6379 " + "x" * 9000
    text = json.dumps({"checks": {"y" * 9000: {"status": "fail", "output": output}}})

    found = await beat(text=text)

    (part,) = found.components
    assert part.said.startswith("fail: no answer from redis://[hidden]@cache:6379 x")
    assert max(len(part.name), len(part.said), len(found.said)) <= 200
    found.said.encode()
    part.said.encode()


@pytest.mark.parametrize(
    ("trouble", "found"),
    [(httpx.ReadTimeout("x"), "ill"), (httpx.ConnectError("x"), "ill"), (httpx.PoolTimeout("x"), "unknown")],
)
async def test_no_answer_is_no_error_of_ours(vendor, connect, trouble, found):
    vendor.on("GET /health", trouble)

    beat = await HealthProbe(connect("")).beat(BASE, "/health", 10)

    assert (beat.found, beat.answered) == (found, False)
