"""The clients that look at dependencies, and the simulated ones behind a real server on loopback."""

from contextlib import AsyncExitStack

import pytest
from starlette.applications import Starlette

from bot.integrations import supabase, upstash
from bot.integrations._http import build_http
from bot.integrations.statuspage import StatusPage
from sandbox.faults import Faults
from sandbox.serve import Server
from sandbox.vendors.dependencies import DependenciesSim
from sandbox.vendors.places import token_for

TOKEN = token_for("SOME_TOKEN")


@pytest.fixture
def faults():
    made = Faults()
    made.timeout_seconds = 0.01
    return made


@pytest.fixture
async def connect(faults):
    async with (
        Server(Starlette(routes=DependenciesSim(faults).routes())) as server,
        AsyncExitStack() as stack,
    ):

        async def make(path, headers):
            return await stack.enter_async_context(build_http(f"{server.url}{path}", headers))

        yield make


@pytest.mark.parametrize(
    ("knob", "found"),
    [("healthy", "well"), ("unhealthy", "ill"), ("401", "unknown"), ("500", "unknown")],
)
async def test_supabase_is_understood_in_every_mood(connect, faults, knob, found):
    faults.set("supabase.health", knob)

    beat = await supabase.Supabase(await connect("/supabase", supabase.auth_headers(TOKEN)), "abc").beat()

    assert (beat.found, beat.answered) == (found, True)
    assert [part.name for part in beat.components if not part.ok] == (["db"] if found == "ill" else [])


@pytest.mark.parametrize(("knob", "found"), [("pong", "well"), ("error", "ill"), ("timeout", "ill")])
async def test_upstash_is_understood_in_every_mood(connect, faults, knob, found):
    faults.set("upstash.ping", knob)

    look = upstash.Upstash(await connect("/upstash", upstash.auth_headers(TOKEN)))

    assert (await look.beat()).found == found


@pytest.mark.parametrize(
    ("knob", "found"), [("none", "well"), ("minor", "ill"), ("major", "ill"), ("malformed", "unknown")]
)
async def test_a_status_page_is_understood_in_every_mood(connect, faults, knob, found):
    faults.set("status.page", knob)

    assert (await StatusPage(await connect("/statuspage", {})).beat()).found == found


async def test_a_wrong_token_is_unknown(connect):
    wrong = "another-token"
    looks = (
        supabase.Supabase(await connect("/supabase", supabase.auth_headers(wrong)), "abc"),
        upstash.Upstash(await connect("/upstash", upstash.auth_headers(wrong))),
    )

    assert [(await look.beat()).found for look in looks] == ["unknown", "unknown"]
