"""Drawing for real, in the child process, with warnings as errors."""

import asyncio
import struct
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.engine.errors_watch import Bucket, Plan, Series
from bot.errors import PictureFailed
from bot.pictures import ErrorChart, Point, chart_of, describe, png_of
from tests.interpreter import said_by

ROOT = Path(__file__).parents[3]
LIVE = datetime(2026, 7, 1, 12, 0, 20, tzinfo=UTC)
CHART = chart_of(
    service="api",
    environment="production",
    live=LIVE,
    before=Series(tuple(Bucket(LIVE - timedelta(minutes=n), 60.0, n % 2) for n in range(360, 0, -1))),
    after=Series(tuple(Bucket(LIVE + timedelta(minutes=n), 60.0, 5) for n in range(3))),
    verdict="regressed",
    decided=LIVE + timedelta(minutes=5),
    plan=Plan(),
)


def loaded_by(code):
    """The modules named in the answer of a fresh interpreter."""
    code += "\nimport sys; print('matplotlib' in sys.modules, 'numpy' in sys.modules)"
    return said_by(code)


def test_a_chart_shows_the_time_just_before_and_the_rate_of_all_of_it():
    assert (len(CHART.points), CHART.points[0], CHART.points[-1]) == (48, (-2700, 60, 1), (120, 60, 5))
    assert (CHART.rate_before, CHART.rate_after, CHART.baseline) == (0.5, 5, 21600)
    assert (CHART.looks, CHART.decided) == ((300, 600, 900), 300)


def test_a_chart_of_many_buckets_joins_them_and_loses_no_error():
    seconds = Series(tuple(Bucket(LIVE + timedelta(seconds=n), 1.0, 1) for n in range(5000)))
    chart = chart_of(
        service="api", environment="production", live=LIVE, before=Series(), after=seconds,
        verdict="ok", decided=LIVE, plan=Plan(),
    )  # fmt: skip
    assert len(chart.points) <= 300
    assert (sum(point.errors for point in chart.points), chart.points[0]) == (5000, (0, 17, 17))
    assert sum(point.seconds for point in chart.points) == 5000


def test_an_update_that_a_tenth_of_the_people_have_is_measured_against_what_a_tenth_would_have_had():
    tenth = chart_of(
        service="mobile", environment="production", live=LIVE, what="update", share=0.1,
        before=Series((Bucket(LIVE - timedelta(minutes=1), 60.0, 200),)),
        after=Series((Bucket(LIVE, 60.0, 90),)),
        verdict="regressed", decided=LIVE + timedelta(minutes=1), plan=Plan(),
    )  # fmt: skip
    assert [point.errors for point in tenth.points] == [20, 90]
    assert describe(tenth) == (
        "Errors per minute of mobile in production around the update of 12:00 UTC: 20 errors/min usual for "
        "10 % of people in the 1 min before, 90 after. Regressed 1 min after the update."
    )
    assert ErrorChart.decode(tenth.encode()) == tenth


def test_a_chart_survives_the_way_to_the_child():
    assert ErrorChart.decode(CHART.encode()) == CHART


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"live": "noon"}', '{"live": "2026-07-01T12:00:00Z"}'])
def test_what_is_no_chart_is_not_drawn(text):
    with pytest.raises((ValueError, KeyError, TypeError)):
        ErrorChart.decode(text)


@pytest.mark.parametrize(
    "wrong",
    [{"live": LIVE.replace(tzinfo=None)}, {"verdict": "fine"}, {"points": (Point(0, 60, 1),) * 2001}],
    ids=["naive", "verdict", "endless"],
)
def test_a_chart_that_could_mislead_cannot_be_made(wrong):
    with pytest.raises(ValueError, match="aware time"):
        replace(CHART, **wrong)


def test_the_alt_text_says_what_the_picture_says():
    assert describe(CHART) == (
        "Errors per minute of api in production around the deploy of 12:00 UTC: "
        "0.5 errors/min in the 6 h before, 5 after. Regressed 5 min after the deploy."
    )
    unknown = replace(CHART, rate_before=None, rate_after=None, verdict="keep_watching", decided=None)
    assert describe(unknown).endswith("no errors/min known before, none known after. Still watching.")


@pytest.mark.parametrize(
    "chart",
    [
        CHART,
        replace(CHART, points=(), rate_before=None, rate_after=None, verdict="inconclusive"),
        replace(
            CHART,
            service=r"$x_{$ \frac" * 20,
            verdict="ok",
            looks=(2.0, 4.0, 6.0),
            points=(Point(0, 1, 1e6),),
        ),
    ],
    ids=["usual", "silent", "odd"],
)
async def test_every_chart_becomes_a_picture_of_the_same_size(chart):
    picture = await png_of(chart)
    assert picture.startswith(b"\x89PNG")
    assert struct.unpack(">II", picture[16:24]) == (1200, 500)
    assert len(picture) < 200_000


def test_drawing_warns_of_nothing():
    drawn = subprocess.run(
        [sys.executable, "-W", "error", "-m", "bot.pictures"],
        cwd=ROOT, input=CHART.encode().encode(), capture_output=True, check=True,
    )  # fmt: skip
    assert drawn.stderr == b""


def test_the_bot_itself_never_loads_what_draws():
    assert loaded_by("import bot.pictures, bot.app") == "False False\n"
    assert loaded_by("import bot.pictures.draw") == "True True\n"


async def test_a_picture_that_cannot_be_drawn_says_why():
    with pytest.raises(PictureFailed, match="could not be drawn: ZeroDivisionError"):
        await png_of(replace(CHART, points=(Point(0, 0, 1),)))


async def test_a_drawing_that_takes_too_long_is_ended():
    before = children()
    with pytest.raises(PictureFailed, match=r"within 0\.01 s"):
        await png_of(CHART, patience=0.01)
    assert children() == before


async def test_a_cancelled_drawing_leaves_no_process():
    before = children()
    drawing = asyncio.create_task(png_of(CHART))
    async with asyncio.timeout(10):
        await asyncio.to_thread(child_after, before)
    drawing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await drawing
    assert children() == before


def child_after(before):
    """Wait for a child that was not there."""
    while children() == before:
        pass


def children():
    """Process ids of this process's own children."""
    return set().union(
        *(set(path.read_text("ascii").split()) for path in Path("/proc/self/task").glob("*/children"))
    )
