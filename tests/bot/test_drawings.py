"""Pictures are drawn beside the cards: nothing waits for one, and one that fails is told in words."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.drawings import PICTURES, Studio, watch_picture
from bot.engine.errors_watch import Plan, Series
from bot.pictures import Point, chart_of, describe
from handlers.render._blocks import Message
from handlers.render.posts import Drawing, Occasion
from tests.handlers._runs import a_run

NOON = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
CHART = chart_of(
    service="api",
    environment="production",
    live=NOON,
    before=Series(),
    after=Series(),
    verdict="inconclusive",
    decided=NOON,
    plan=Plan(),
)
DRAWN = Drawing(filename="a.png", content=b"png", title="A", alt="a", comment="a")


def occasion(key="run:1:picture:1", body="", **more):
    return Occasion(key=key, body=body or CHART.encode(), now=NOON, **more)


class Easel:
    """Draws when it is told to."""

    def __init__(self, result=DRAWN):
        self.begun, self.go, self.result = 0, asyncio.Event(), result

    async def draw(self, _):
        self.begun += 1
        await self.go.wait()
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


async def settled():
    for _ in range(5):
        await asyncio.sleep(0)


async def test_asking_for_a_picture_never_waits_and_draws_it_once():
    easel = Easel()
    studio = Studio({"picture": easel.draw})

    for _ in range(3):
        assert await studio.picture("picture", occasion()) is None
        await settled()
    easel.go.set()
    await settled()

    assert await studio.picture("picture", occasion()) is DRAWN
    assert easel.begun == 1


async def test_two_pictures_are_drawn_side_by_side():
    easel = Easel()
    studio = Studio({"picture": easel.draw})
    keys = ("run:1:picture:1", "run:2:picture:1")
    for key in keys:
        assert await studio.picture("picture", occasion(key)) is None
    await settled()
    assert easel.begun == len(keys)
    await studio.close()


async def test_a_picture_is_drawn_anew_when_it_could_not_be_delivered():
    easel = Easel()
    easel.go.set()
    studio = Studio({"picture": easel.draw})
    for _ in range(2):
        assert await studio.picture("picture", occasion()) is None
        await settled()
        assert await studio.picture("picture", occasion()) is DRAWN
    assert easel.begun == 2


async def test_closing_stops_what_is_under_way():
    easel = Easel()
    studio = Studio({"picture": easel.draw})
    await studio.picture("picture", occasion())
    await studio.close()
    assert not easel.go.is_set()


async def test_what_is_drawn_names_the_run_and_says_what_it_shows():
    shown = await watch_picture(occasion(run=a_run(id=12)))
    assert isinstance(shown, Drawing)
    assert shown.content.startswith(b"\x89PNG")
    assert (shown.filename, shown.title) == ("pawdeploy-run-12-1-errors.png", "Errors around run 12")
    assert shown.alt == shown.comment == describe(CHART)


async def test_a_picture_that_cannot_be_drawn_is_told_in_words():
    broken = replace(CHART, points=(Point(0, 0, 1),))
    said = await watch_picture(occasion(body=broken.encode()))
    assert isinstance(said, Message)
    assert describe(broken) in said.text


@pytest.mark.parametrize("kind", ["picture", "line"])
def test_the_studio_knows_which_kinds_are_pictures(kind):
    assert Studio().draws(kind) == (kind in PICTURES)
