"""The simulated orchestrator takes what the bot's client sends, each message once, and nothing unsigned."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from starlette.applications import Starlette

from bot.errors import VendorRejected, VendorUnavailable
from bot.integrations._http import build_http
from bot.integrations.orchestrator import Orchestrator
from sandbox.serve import Server
from sandbox.vendors.orchestrator import ORCHESTRATOR_SECRET, OrchestratorSim

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


class Clock:
    """One time for both sides; a test may set the bot's apart."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def sim(faults):
    return OrchestratorSim(faults, lambda: NOON)


@pytest.fixture
async def url(sim):
    async with Server(Starlette(routes=sim.routes()), port=0) as server:
        yield f"http://127.0.0.1:{server.port}/orchestrator"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def bot(url, clock):
    async with build_http(url) as http:
        yield Orchestrator(http, ORCHESTRATOR_SECRET, clock, patience=0.5)


async def test_a_report_is_kept_once_however_often_it_comes(bot, sim, clock):
    await bot.send("inc-3-report", "incident.resolved", {"number": 3})
    clock.at = NOON + timedelta(minutes=2)
    await bot.send("inc-3-report", "incident.resolved", {"number": 3})
    await bot.send("inc-4-report", "incident.resolved", {"number": 4})

    assert [(one.id, one.kind, one.data, one.times) for one in sim.reports] == [
        ("inc-3-report", "incident.resolved", {"number": 3}, 2),
        ("inc-4-report", "incident.resolved", {"number": 4}, 1),
    ]
    assert sim.report("incident.resolved").id == "inc-4-report"
    assert sim.report("incident.opened") is None


@pytest.mark.parametrize("off", [timedelta(minutes=-6), timedelta(minutes=6)])
async def test_a_message_signed_at_another_time_is_refused(bot, sim, clock, off):
    clock.at = NOON + off

    with pytest.raises(VendorRejected, match="invalid signature"):
        await bot.send("inc-3-report", "incident.resolved", {})
    assert (sim.reports, sim.refused) == ([], 1)


async def test_a_message_signed_with_another_secret_is_refused(url, sim, clock):
    other = "whsec_" + "b3RoZXJzb3RoZXJzb3RoZXJzb3RoZXJzb3RoZXI="
    async with build_http(url) as http:
        with pytest.raises(VendorRejected, match="invalid signature"):
            await Orchestrator(http, other, clock).send("inc-3-report", "incident.resolved", {})
    assert (sim.reports, sim.refused) == ([], 1)


async def test_an_unsigned_message_and_one_that_was_changed_are_refused(url, sim, bot):
    caught: list[httpx.Request] = []

    def keep(request: httpx.Request) -> httpx.Response:
        caught.append(request)
        return httpx.Response(204)

    async with httpx.AsyncClient(base_url=url, transport=httpx.MockTransport(keep)) as http:
        await Orchestrator(http, ORCHESTRATOR_SECRET, bot._clock).send("inc-3", "incident.resolved", {"n": 3})
    headers = {name: caught[0].headers[name] for name in caught[0].headers if name.startswith("webhook-")}
    async with httpx.AsyncClient() as http:
        assert (await http.post(url, content=caught[0].content)).status_code == 401
        assert (await http.post(url, content=b"{}", headers=headers)).status_code == 401
        assert (await http.post(url, content=caught[0].content, headers=headers)).status_code == 204
    assert [one.data for one in sim.reports] == [{"n": 3}]


@pytest.mark.parametrize(
    ("mood", "error", "arrived"),
    [
        ("503", VendorUnavailable, False),
        ("429", VendorUnavailable, False),
        ("401", VendorRejected, False),
        ("timeout", VendorUnavailable, True),
        ("reset", VendorUnavailable, True),
    ],
)
async def test_the_knob_says_how_it_answers_and_whether_the_message_arrives(
    bot, sim, faults, mood, error, arrived
):
    faults.set("orchestrator.answers", mood)
    with pytest.raises(error):
        await bot.send("inc-3", "incident.resolved", {})
    assert bool(sim.reports) is arrived

    faults.set("orchestrator.answers", "normal")
    await bot.send("inc-3", "incident.resolved", {})
    assert [one.times for one in sim.reports] == [2 if arrived else 1]


async def test_people_see_what_it_was_told_even_while_it_takes_nothing(bot, url, faults):
    async with httpx.AsyncClient() as http:
        assert "Nothing yet" in (await http.get(url)).text
        await bot.send("inc-3", "incident.resolved", {"headline": "<b>API</b> down"})
        faults.set("orchestrator.answers", "503")
        shown = (await http.get(url)).text

    assert "incident.resolved" in shown
    assert "&lt;b&gt;API&lt;/b&gt; down" in shown
    assert "<b>API" not in shown
