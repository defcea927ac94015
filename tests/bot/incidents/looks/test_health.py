"""Health: the part that is broken is named, and what cannot be told is unknown."""

import httpx
import pytest

from bot.engine.incidents import Status
from bot.engine.pulses import Component
from bot.incidents.looks.health import why
from playbooks.steps import HealthProbe

PROBE = HealthProbe(kind="health")


async def test_a_service_that_is_well_is_so_with_all_its_parts(world):
    found = await world.look(PROBE)

    assert (found.status, found.points_at) == (Status.OK, "")
    assert found.said == "Api in production is well, with all of its 3 parts: database, redis, storage."
    assert found.url == "http://sandbox.test/backend/api/production/health/detailed"


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("database", "Database: timed out. Well: redis, storage."),
        ("redis", "Redis: timed out. Well: database, storage."),
    ],
)
async def test_the_part_that_fails_is_what_it_points_at(world, part, said):
    world.faults.set("backend.component", part)

    found = await world.look(PROBE)

    assert (found.status, found.said, found.points_at) == (Status.BAD, said, part)
    assert f"{part}:responseTime: fail: 2000.0 ms: timed out" in found.details


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("fail: 2000.0 ms: timed out", "timed out"),
        ("fail: 2000.0 ms", "fail"),
        ("down: no answer from redis:6379", "no answer from redis:6379"),
        ("warn: 95 percent", "warn: 95 percent"),
        ("12 s: too slow.", "too slow"),
        ("fail", "fail"),
        ("", "does not answer"),
    ],
)
def test_what_was_measured_does_not_make_news_of_the_same_trouble(told, said):
    assert why(Component(name="database:responseTime", ok=False, said=told)) == said


async def test_a_service_that_does_not_answer_is_bad(world):
    world.faults.set("railway.instances", "crashed")

    found = await world.look(PROBE)

    assert (found.status, found.points_at) == (Status.BAD, "")
    assert found.said.startswith("Api in production does not answer well: 502")


async def test_where_nothing_answers_in_time_it_is_bad_and_said(world):
    def refuse(request):
        raise httpx.ReadTimeout("", request=request)

    found = await world.look(PROBE, transport=httpx.MockTransport(refuse))

    assert found.status is Status.BAD
    assert found.said.startswith("Api in production does not answer: no answer")


async def test_an_answer_that_we_may_not_ask_is_unknown(world):
    found = await world.look(PROBE, transport=httpx.MockTransport(lambda _: httpx.Response(401)))

    assert found.status is Status.UNKNOWN
    assert found.said == "Nobody can tell how api in production is: 401: we may not ask it."


async def test_without_a_detailed_path_the_plain_one_is_asked(world):
    service = world.project.services[0]
    there = service.environments["production"].model_copy(update={"detailed_path": ""})
    bare = service.model_copy(update={"environments": {"production": there}})
    world.project = world.project.model_copy(update={"services": (bare,), "health": None})

    found = await world.look(PROBE)

    assert (found.status, found.said) == (Status.OK, "Api in production is well: 200, status ok.")
    assert world.backend.requests == ["/api/production/health"]


async def test_an_app_has_no_health(world):
    found = await world.look(HealthProbe(kind="health", service="mobile"))

    assert (found.status, found.said) == (
        Status.UNKNOWN,
        "Mobile is an app: there is nothing to ask how it is.",
    )


async def test_what_a_service_says_is_shown_short_and_without_secrets(world):
    token = "xoxb-" + "1" * 20
    body = {"status": "fail", "checks": {"database": {"status": "fail", "output": f"{token} " + "x" * 9000}}}

    found = await world.look(PROBE, transport=httpx.MockTransport(lambda _: httpx.Response(503, json=body)))

    assert found.points_at == "database"
    shown = " ".join((found.said, *found.details))
    assert token not in shown
    assert "[hidden]" in shown
    assert max(map(len, (found.said, *found.details))) <= 300
