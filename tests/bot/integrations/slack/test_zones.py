"""Whose clock "until 18:00" is meant on; a Slack that does not say is no trouble."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.integrations.slack.calls import SlackWeb
from bot.integrations.slack.zones import Zones
from tests.bot.pipelines._world import JumpingClock

ANN = "U0ANNREQ001"


class AnsweringClient(AsyncWebClient):
    """Slack's client with its transport cut: one answer for everything."""

    def __init__(self, answer) -> None:
        super().__init__(token="xoxb-test")
        self.answer = answer
        self.asked = 0

    async def api_call(self, api_method, **kwargs):
        self.asked += 1
        if isinstance(self.answer, Exception):
            raise self.answer
        return type("Answer", (), {"data": self.answer})


def zones(answer) -> tuple[Zones, AnsweringClient, JumpingClock]:
    client, clock = AnsweringClient(answer), JumpingClock()
    return Zones(SlackWeb(client), clock), client, clock


async def test_a_profiles_zone_is_asked_for_once_an_hour():
    found, client, clock = zones({"ok": True, "user": {"id": ANN, "tz": "Europe/Berlin"}})
    for _ in range(3):
        assert str(await found.zone(ANN)) == "Europe/Berlin"
    assert client.asked == 1
    await clock.sleep(3600)
    await found.zone(ANN)
    assert client.asked == 2


@pytest.mark.parametrize(
    "answer",
    [
        {"ok": True},
        {"ok": True, "user": None},
        {"ok": True, "user": {"tz": None}},
        {"ok": True, "user": {"tz": "../../etc/passwd"}},
        {"ok": True, "user": {"tz": "Mars/Olympus"}},
        TimeoutError(),
        OSError(),
    ],
)
async def test_a_zone_that_cannot_be_told_is_none(answer):
    assert await zones(answer)[0].zone(ANN) is None


async def test_an_outage_is_asked_past_as_soon_as_it_is_over():
    found, client, _ = zones(OSError())
    assert await found.zone(ANN) is None
    client.answer = {"ok": True, "user": {"tz": "Asia/Tokyo"}}
    assert str(await found.zone(ANN)) == "Asia/Tokyo"
