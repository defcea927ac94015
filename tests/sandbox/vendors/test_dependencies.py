import httpx
import pytest
from starlette.applications import Starlette

from sandbox.serve import Server
from sandbox.vendors.dependencies import DependenciesSim
from sandbox.vendors.places import token_for

TOKEN = {"Authorization": f"Bearer {token_for('SUPABASE_TOKEN')}"}
HEALTH = "/supabase/v1/projects/abc/health"


@pytest.fixture
def sim(faults):
    return DependenciesSim(faults)


@pytest.fixture
async def web(sim):
    transport = httpx.ASGITransport(app=Starlette(routes=sim.routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox", headers=TOKEN) as http:
        yield http


async def test_supabase_tells_of_each_service_that_was_asked_for(web, faults):
    asked = {"services": ["auth", "db"]}
    well = (await web.get(HEALTH, params=asked)).json()
    faults.set("supabase.health", "unhealthy")
    ill = (await web.get(HEALTH, params=asked)).json()

    assert [(one["name"], one["status"]) for one in well] == [
        ("auth", "ACTIVE_HEALTHY"),
        ("db", "ACTIVE_HEALTHY"),
    ]
    assert [one["status"] for one in ill] == ["ACTIVE_HEALTHY", "UNHEALTHY"]
    assert "error" in ill[1]


@pytest.mark.parametrize("services", [[], ["auth", "magic"]])
async def test_supabase_wants_services_it_has(web, services):
    assert (await web.get(HEALTH, params={"services": services})).status_code == 400


@pytest.mark.parametrize("mood", ["401", "500"])
async def test_supabase_refuses_as_its_knob_says(web, faults, mood):
    faults.set("supabase.health", mood)

    assert (await web.get(HEALTH, params={"services": "db"})).status_code == int(mood)


@pytest.mark.parametrize("path", [f"{HEALTH}?services=db", "/upstash/ping"])
async def test_without_a_token_nothing_is_told(web, path):
    assert (await web.get(path, headers={"Authorization": "Bearer other"})).status_code == 401


async def test_upstash_answers_a_ping_either_way(web, faults):
    assert (await web.get("/upstash/ping")).json() == {"result": "PONG"}
    assert (await web.post("/upstash/", json=["PING"])).json() == {"result": "PONG"}
    assert (await web.post("/upstash/", json=["GET", "x"])).status_code == 400
    assert (await web.post("/upstash/", content="x")).status_code == 400
    faults.set("upstash.ping", "error")
    assert "error" in (await web.get("/upstash/ping")).json()


async def test_upstash_may_say_nothing_at_all(sim, faults):
    faults.set("upstash.ping", "timeout")
    faults.timeout_seconds = 0.01

    async with Server(Starlette(routes=sim.routes())) as server, httpx.AsyncClient() as web:
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            await web.get(f"{server.url}/upstash/ping", headers=TOKEN)


@pytest.mark.parametrize("mood", ["none", "minor", "major"])
async def test_a_status_page_has_its_indicator(web, faults, mood):
    faults.set("status.page", mood)

    assert (await web.get("/statuspage/api/v2/status.json")).json()["status"]["indicator"] == mood


async def test_a_status_page_may_be_unreadable(web, faults):
    faults.set("status.page", "malformed")

    with pytest.raises(ValueError, match="Expecting value"):
        (await web.get("/statuspage/api/v2/status.json")).json()


async def test_heartbeats_are_counted_and_requests_noted(web, sim):
    await web.get("/heartbeat")
    await web.post("/heartbeat")
    await web.get("/upstash/ping")

    assert (sim.heartbeats, sim.requests) == (2, ["GET /upstash/ping"])
