"""A step that waits for a bell hears it, hears Cancel too, and waits no longer than told."""

import pytest

from bot.engine.states import RunState, StepName
from bot.errors import CancelRequested
from bot.pipelines.step import Step
from bot.pipelines.step_wait import step_wait


@pytest.fixture
async def step(world):
    run_id = await world.a_run(RunState.RUNNING)
    return Step(world.kit, await world.view(run_id), StepName.SHIP)


async def test_nobody_rings_and_the_time_is_over(world, step):
    assert await step_wait(step, 30, ("build:1",)) is False
    assert world.clock.passed == 30


async def test_one_of_the_bells_ends_the_wait(world, step):
    async def ring() -> None:
        world.kit.nudges.ring("build:2")

    world.clock.then(4, ring)
    assert await step_wait(step, 3000, ("build:1", "build:2")) is True
    assert world.clock.passed < 10


async def test_another_bell_does_not(world, step):
    async def ring() -> None:
        world.kit.nudges.ring("build:3")

    world.clock.then(4, ring)
    assert await step_wait(step, 20, ("build:1",)) is False


async def test_cancel_is_seen_within_a_second(world, step):
    world.clock.then(7, lambda: world.cancel(step.run.id))
    with pytest.raises(CancelRequested):
        await step_wait(step, 3000, ("build:1",))
    assert world.clock.passed <= 8


async def test_what_breaks_while_it_sleeps_is_not_swallowed(world, step):
    async def break_it() -> None:
        raise LookupError

    world.clock.then(3, break_it)
    with pytest.raises(LookupError):
        await step_wait(step, 3000, ("build:1",))
