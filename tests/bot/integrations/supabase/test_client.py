"""Rules of what Supabase says of a project: its API being away says nothing."""

import httpx
import pytest

from bot.engine.pulses import Beat, Component
from bot.integrations.supabase import Supabase, auth_headers

REF = "abcdefghijklmnopqrst"
PATH = f"GET /v1/projects/{REF}/health"
NAMES = ("auth", "db", "rest", "realtime", "storage")


@pytest.fixture
def supabase(connect):
    return Supabase(connect("https://api.supabase.test", auth_headers("sbp_made_up")), REF)


def services(**changed):
    return httpx.Response(
        200,
        json=[
            {"name": name, "healthy": True, "status": "ACTIVE_HEALTHY"} | changed.get(name, {})
            for name in NAMES
        ],
    )


async def test_a_project_whose_services_are_all_healthy_is_well(vendor, supabase):
    vendor.on(PATH, services())

    beat = await supabase.beat()

    assert (beat.found, beat.said, beat.answered) == ("well", "all services are healthy", True)
    assert beat.components[1] == Component(name="db", ok=True, said="active healthy")
    assert vendor.asked[0].headers["authorization"] == "Bearer sbp_made_up"
    assert vendor.asked[0].url.params.get_list("services") == list(NAMES)


async def test_services_that_are_not_healthy_make_it_ill_and_are_named(vendor, supabase):
    changed = {"db": {"status": "UNHEALTHY", "error": "no\nconnection"}, "storage": {"status": "COMING_UP"}}
    vendor.on(PATH, services(**changed))

    beat = await supabase.beat()

    assert (beat.found, beat.answered) == ("ill", True)
    assert beat.said == "db is unhealthy: no connection; storage is coming up"
    assert [part.ok for part in beat.components] == [True, False, True, True, False]


async def test_a_word_we_do_not_know_is_not_healthy(vendor, supabase):
    vendor.on(PATH, services(auth={"status": "PAUSED", "error": None}))

    assert (await supabase.beat()).said == "auth is paused"


@pytest.mark.parametrize("status", [401, 403])
async def test_a_token_that_may_not_ask_is_unknown(vendor, supabase, status):
    vendor.on(PATH, httpx.Response(status, json={"message": "Unauthorized"}))

    assert await supabase.beat() == Beat(found="unknown", said=f"{status}: we may not ask it", answered=True)


@pytest.mark.parametrize(
    ("answer", "answered"),
    [
        (httpx.Response(404, json={"message": "Not found"}), True),
        (httpx.Response(429), True),
        (httpx.Response(500), True),
        (httpx.Response(503), True),
        (httpx.Response(200, text="<html>"), True),
        (httpx.Response(200, json={"status": "ACTIVE_HEALTHY"}), True),
        (httpx.Response(200, json=[]), True),
        (httpx.Response(200, json=[{"name": "db"}]), True),
        (httpx.Response(200), True),
        (httpx.ReadTimeout("x"), False),
        (httpx.ConnectError("x"), False),
        (httpx.ReadError("x"), False),
    ],
)
async def test_an_api_that_is_away_says_nothing_of_the_project_and_is_asked_once(
    vendor, supabase, answer, answered
):
    vendor.on(PATH, answer)

    beat = await supabase.beat()

    assert (beat.found, beat.answered, len(vendor.asked)) == ("unknown", answered, 1)
    assert beat.said


@pytest.mark.parametrize("ref", ["", "..", "a/b", "A", "a" * 65])
async def test_a_ref_that_is_none_is_not_asked_for(vendor, connect, ref):
    beat = await Supabase(connect("https://api.supabase.test"), ref).beat()

    assert (beat.found, beat.answered, vendor.asked) == ("unknown", False, [])
