"""What a person does on the page, in words the browser tests share. Knows nothing of any one test."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from playwright.async_api import Locator, Page, expect
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

from tests.browser.conftest import PATIENCE, Box

AGAIN = 4_000
"""Milliseconds after which a person presses once more."""


def composer(page: Page) -> Locator:
    """Return the box one writes in."""
    return page.get_by_test_id("composer-input")


async def send(page: Page, text: str) -> None:
    """Write and press Enter."""
    await composer(page).fill(text)
    await composer(page).press("Escape")  # completion closed: Enter sends what is written
    await composer(page).press("Enter")


async def become(page: Page, name: str) -> None:
    """Act as somebody else."""
    person = page.get_by_test_id("person").filter(has_text=name)
    await person.click()
    await expect(person).to_have_attribute("aria-checked", "true")


async def turn(page: Page, knob: str, value: str) -> None:
    """Turn a knob of the faults drawer, and close it again."""
    await page.get_by_test_id("faults-toggle").click()
    await page.locator(f"[data-knob='{knob}']").select_option(value)
    await page.get_by_test_id("faults-close").click()


async def insist(act: Callable[..., Awaitable[object]], come: Callable[[], Awaitable[object]]) -> None:
    """Do something, and again as long as nothing comes of it; ``come`` waits for that for ``AGAIN`` at most.

    ``act`` is a locator's way to press. What cannot be pressed is not there yet, or was pressed and is gone.
    """
    loop = asyncio.get_running_loop()
    until = loop.time() + PATIENCE / 1000
    while True:
        with contextlib.suppress(PlaywrightTimeoutError):
            await act(timeout=AGAIN)
        try:
            await come()
        except (AssertionError, PlaywrightTimeoutError):
            if loop.time() > until:
                raise
        else:
            return


async def heard(box: Box, name: str, value: object) -> None:
    """Wait until the app was told; it is no part of the workspace, whose changes ``until`` waits for."""
    async with asyncio.timeout(PATIENCE / 1000):
        while (name, value) not in box.toy.heard:  # noqa: ASYNC110 - the app tells nobody that it heard
            await asyncio.sleep(0.01)
