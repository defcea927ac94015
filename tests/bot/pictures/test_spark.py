"""The picture of an alert's last day."""

import struct
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.pictures import SparkChart, describe_spark, png_of
from bot.pictures.draw_spark import HEIGHT, WIDTH, draw_spark

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
CHART = SparkChart(title="ZeroDivisionError", place="api in production", counts=(0, 3, 12) * 8, ends=NOON)


def size_of(png: bytes) -> tuple[int, int]:
    return struct.unpack(">II", png[16:24])


def test_a_chart_survives_the_way_to_the_child():
    assert SparkChart.decode(CHART.encode()) == CHART


@pytest.mark.parametrize("changes", [
    {"counts": ()}, {"counts": (1,) * 201}, {"counts": (1, -1)}, {"ends": NOON.replace(tzinfo=None)},
])  # fmt: skip
def test_what_cannot_be_drawn_is_no_chart(changes):
    with pytest.raises(ValueError, match="1 to 200 counts"):
        replace(CHART, **changes)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"title": "x"}'])
def test_what_is_no_chart_is_refused(text):
    with pytest.raises((ValueError, KeyError, TypeError)):
        SparkChart.decode(text)


@pytest.mark.parametrize(
    ("counts", "said"),
    [((0, 3, 12) * 8, "one hour"), ((1, 2) * 24, "one 30 minutes"), ((5,) * 12, "one 2 hours")],
)
def test_it_says_in_words_what_it_shows(counts, said):
    text = describe_spark(replace(CHART, counts=counts))
    assert f"{sum(counts)} events of ZeroDivisionError" in text
    assert f"at most {max(counts)}" in text
    assert "24 hours to 12:00 UTC" in text
    assert len(text) < 500
    assert said in text or said.replace("one ", "") in text


@pytest.mark.parametrize("counts", [(0,), (0,) * 24, (2**53,) * 48, (1,) * 200, (0, 0, 7)])
def test_any_day_can_be_drawn(counts):
    assert size_of(draw_spark(replace(CHART, counts=counts))) == (WIDTH, HEIGHT)


@pytest.mark.filterwarnings("ignore:Glyph")  # what the font lacks is a box, and no reason to draw nothing
@pytest.mark.parametrize("title", ["", "$\\frac{1}{0}$", "<script>&amp;", "愛" * 300, "\x00\n", "_^{}%#"])
def test_whatever_a_title_holds_is_drawn_as_it_stands(title):
    assert size_of(draw_spark(replace(CHART, title=title, place=title))) == (WIDTH, HEIGHT)


async def test_the_drawing_process_knows_it():
    assert size_of(await png_of(CHART)) == (WIDTH, HEIGHT)
