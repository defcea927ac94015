"""What the orchestrator is sent: signed, under a name that stays the same, within ten seconds."""

import asyncio
import base64
import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from bot.errors import VendorRejected, VendorUnavailable
from bot.integrations.orchestrator import Orchestrator
from bot.webhooks import secret_key, signed_at

ADDRESS = "https://orchestrator.example.com/hooks/pawdeploy?team=backend"
SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
PATH = "POST /hooks/pawdeploy"


class Clock:
    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def orchestrator(vendor, connect, clock):
    vendor.on(PATH, httpx.Response(204))
    return Orchestrator(connect(ADDRESS), SECRET, clock)


async def test_a_message_is_signed_over_exactly_what_is_sent(vendor, orchestrator):
    await orchestrator.send("inc-3-report", "incident.resolved", {"number": 3, "headline": "Störung"})

    (request,) = vendor.asked
    assert str(request.url) == ADDRESS
    assert request.headers["content-type"] == "application/json"
    assert request.headers["webhook-id"] == "inc-3-report"
    assert json.loads(request.content) == {
        "type": "incident.resolved",
        "data": {"number": 3, "headline": "Störung"},
    }
    assert signed_at(request.headers, request.content, secret_key(SECRET), NOON) == NOON


async def test_a_message_sent_again_keeps_its_name_and_is_signed_anew(vendor, orchestrator, clock):
    await orchestrator.send("inc-3-report", "incident.resolved", {"number": 3})
    clock.at = NOON + timedelta(hours=1)
    await orchestrator.send("inc-3-report", "incident.resolved", {"number": 3})

    first, second = vendor.asked
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert signed_at(second.headers, second.content, secret_key(SECRET), clock.at) == clock.at


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(503), VendorUnavailable),
        (httpx.Response(429, headers={"retry-after": "7"}), VendorUnavailable),
        (httpx.Response(400, json={"error": "invalid_signature"}), VendorRejected),
        (httpx.Response(410), VendorRejected),
        (httpx.Response(308, headers={"location": "https://elsewhere.example"}), VendorRejected),
        (httpx.ConnectError(f"cannot reach {ADDRESS}"), VendorUnavailable),
        (httpx.ReadTimeout(f"{ADDRESS} is slow"), VendorUnavailable),
    ],
)
async def test_trouble_is_one_of_our_two_errors_and_names_no_address(vendor, orchestrator, answer, error):
    vendor.on(PATH, answer)

    with pytest.raises(error) as failed:
        await orchestrator.send("inc-3-report", "incident.resolved", {})

    assert failed.value.doing == "taking incident.resolved"
    assert "orchestrator.example" not in str(failed.value)
    assert len(vendor.asked) == 1, "whether it is sent again is for the caller to say"


async def test_an_answer_that_takes_too_long_is_no_answer():
    async def never(_request: httpx.Request) -> httpx.Response:
        await asyncio.Event().wait()
        raise AssertionError

    async with httpx.AsyncClient(base_url=ADDRESS, transport=httpx.MockTransport(never)) as http:
        with pytest.raises(VendorUnavailable, match="no answer in time"):
            await Orchestrator(http, SECRET, patience=0.01).send("inc-3-report", "incident.resolved", {})


@pytest.mark.parametrize(
    ("message_id", "body"), [("inc.3", {}), ("", {}), ("inc-3", {"elapsed": float("nan")})]
)
async def test_what_cannot_be_sent_is_not_sent(vendor, orchestrator, message_id, body):
    with pytest.raises(ValueError, match=r"no id|not JSON compliant"):
        await orchestrator.send(message_id, "incident.resolved", body)

    assert vendor.asked == []
