"""When the bot or its link was away: the link comes back by itself, and the gap is told once."""

import asyncio

import pytest

from tests.flows.black_hole import BlackHole
from tests.flows.driver import flow


async def test_an_absence_longer_than_the_silence_is_told_once(tmp_path):
    async with flow(tmp_path, timings={"silence": 5}) as desk:  # longer than a busy machine stalls
        await desk.polled(lambda: desk.rows("SELECT 1 FROM presence"))
        await desk.box.kill_bot()
        await asyncio.sleep(6)  # the absence itself
        await desk.box.start_bot()

        notice = (await desk.ws.until(lambda: [m for m in desk.cards() if "away" in m.everything], 20))[0]

        assert "away" in notice.text
        await desk.box.wait_ready()
        sha = desk.commit()
        await desk.shows(await desk.deploy(), "Deployed", sha[:7])
        assert len([m for m in desk.cards() if "away" in m.everything]) == 1


async def test_a_link_that_is_open_but_silent_is_replaced(tmp_path):
    async with (
        flow(tmp_path, timings={"silence": 4}) as desk,
        BlackHole(desk.box.port).open() as network,
    ):
        desk.ws.base_url = network.url  # Socket Mode addresses now lead through the network
        await desk.box.kill_bot()
        await desk.ws.until(lambda: desk.ws.link.connections == 0, 20)
        await desk.box.start_bot()
        await desk.ws.until(lambda: desk.ws.link.connections == 2, 20)
        opened = desk.ws.link.opened

        network.swallow()

        await desk.ws.until(lambda: desk.ws.link.opened >= opened + 2, 30)
        network.bury()
        await desk.ws.until(lambda: desk.ws.link.connections == 2, 10)
        sha = desk.commit()
        await desk.shows(await desk.deploy(), "Deployed", sha[:7])


@pytest.mark.parametrize("reason", ["refresh", "cut"])
async def test_a_refreshed_or_cut_link_loses_no_command(tmp_path, reason):
    async with flow(tmp_path) as desk:
        await desk.ws.until(lambda: desk.ws.link.connections == 2, 10)
        if reason == "refresh":
            await desk.ws.link.refresh()
        else:
            await desk.ws.link.cut()
        await desk.ws.until(lambda: desk.ws.link.connections == 2, 30)

        sha = desk.commit()
        await desk.shows(await desk.deploy(), "Deployed", sha[:7])
