import asyncio

from bot.nudges import Nudges


async def test_whoever_waits_is_woken_by_the_name_it_waits_for_and_by_no_other():
    nudges = Nudges()
    mine = asyncio.create_task(nudges.wait(("build:1", "build:2"), 30.0))
    other = asyncio.create_task(nudges.wait(("build:3",), 30.0))
    await asyncio.sleep(0)
    nudges.ring("build:2")
    assert await mine is True
    assert not other.done()
    nudges.ring("build:3")
    assert await other is True


async def test_nobody_rings_and_the_time_is_over():
    assert await Nudges().wait(("build:1",), 0.01) is False


async def test_a_ring_that_nobody_hears_is_not_kept():
    nudges = Nudges()
    nudges.ring("build:1")
    assert await nudges.wait(("build:1",), 0.01) is False


async def test_everybody_who_waits_for_a_name_is_woken():
    nudges = Nudges()
    both = [asyncio.create_task(nudges.wait(("store:mobile",), 30.0)) for _ in range(2)]
    await asyncio.sleep(0)
    nudges.ring("store:mobile")
    assert await asyncio.gather(*both) == [True, True]


async def test_who_stops_waiting_leaves_nothing_behind():
    nudges = Nudges()
    waits = asyncio.create_task(nudges.wait(("build:1",), 30.0))
    await asyncio.sleep(0)
    waits.cancel()
    await asyncio.gather(waits, return_exceptions=True)
    assert not nudges._waiting
