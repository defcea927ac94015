"""Counting instances, between our client and the simulated Railway."""

import pytest

from bot.engine.instances import Instances
from bot.errors import VendorUnavailable


async def test_what_is_live_has_one_running_instance(world, rail):
    assert await rail.instances(world.target) == Instances(running=1, wanted=1)


@pytest.mark.parametrize(("knob", "others"), [("crashed", ("crashed",)), ("none", ())])
async def test_none_is_active_where_all_are_gone(world, rail, knob, others):
    world.faults.set("railway.instances", knob)

    assert await rail.instances(world.target) == Instances(running=0, others=others, wanted=1)


async def test_one_that_starts_does_not_count_yet(world, rail):
    world.faults.set("railway.speed", "slow")
    await rail.start(world.target, world.sha, run=1)
    world.later(10)

    found = await rail.instances(world.target)

    assert found == Instances(running=1, others=("initializing",), wanted=1)


async def test_no_answer_is_an_error_and_not_none(world, rail):
    world.faults.set("railway.answers", "503")

    with pytest.raises(VendorUnavailable):
        await rail.instances(world.target)
