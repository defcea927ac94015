"""Wait for somebody to tell that something happened, as a step waits: a Cancel is seen meanwhile."""

import asyncio

from bot.pipelines.step import Step

_SLICE = 1.0
"""Seconds at most between two looks for a Cancel."""


async def step_wait(step: Step, seconds: float, bells: tuple[str, ...]) -> bool:
    """Wait until one of ``bells`` is rung, at most ``seconds``; say whether one was.

    Raises:
        CancelRequested: when somebody pressed Cancel meanwhile.

    """
    bell = asyncio.create_task(step.kit.nudges.wait(bells, seconds))
    try:
        left = seconds
        while True:
            await step.stop_if_cancelled()
            if left <= 0 or bell.done():
                return bell.done() and bell.result()
            await _slept(step, min(left, _SLICE), bell)
            left -= _SLICE
    finally:
        bell.cancel()
        await asyncio.gather(bell, return_exceptions=True)


async def _slept(step: Step, seconds: float, bell: "asyncio.Task[bool]") -> None:
    """Sleep, or less where the bell rings."""
    asleep = asyncio.create_task(step.kit.clock.sleep(seconds))
    try:
        await asyncio.wait({asleep, bell}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        if asleep.done():
            asleep.result()
        else:
            asleep.cancel()
            await asyncio.gather(asleep, return_exceptions=True)
