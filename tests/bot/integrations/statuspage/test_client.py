"""Rules of reading a status page: it annotates, so what is not plain says nothing."""

import httpx
import pytest

from bot.engine.pulses import Beat
from bot.integrations.statuspage import StatusPage

PATH = "GET /api/v2/status.json"


@pytest.fixture
def page(connect):
    return StatusPage(connect("https://status.test"))


def says(indicator, description="Partial System Outage"):
    status = {"indicator": indicator, "description": description}
    return httpx.Response(200, json={"page": {"id": "x"}, "status": status})


async def test_none_is_well(vendor, page):
    vendor.on(PATH, says("none", "All Systems Operational"))

    assert await page.beat() == Beat(found="well", said="All Systems Operational", answered=True)


@pytest.mark.parametrize("indicator", ["maintenance", "minor", "major", "critical", "Critical"])
async def test_any_trouble_is_ill_in_the_pages_words(vendor, page, indicator):
    vendor.on(PATH, says(indicator))

    assert await page.beat() == Beat(found="ill", said="Partial System Outage", answered=True)


async def test_trouble_without_words_is_told_by_its_degree(vendor, page):
    vendor.on(PATH, says("minor", ""))

    assert (await page.beat()).said == "minor"


@pytest.mark.parametrize(
    ("answer", "answered"),
    [
        (says("purple"), True),
        (says("", ""), True),
        (says(None), True),
        (httpx.Response(200, json={}), True),
        (httpx.Response(200, text="<html>"), True),
        (httpx.Response(302, headers={"location": "https://elsewhere.test"}), True),
        (httpx.Response(401), True),
        (httpx.Response(404), True),
        (httpx.Response(429), True),
        (httpx.Response(503), True),
        (httpx.ReadTimeout("x"), False),
        (httpx.ConnectError("x"), False),
    ],
)
async def test_a_page_that_is_away_or_not_understood_says_nothing(vendor, page, answer, answered):
    vendor.on(PATH, answer)

    beat = await page.beat()

    assert (beat.found, beat.answered) == ("unknown", answered)
    assert beat.said
