"""What a person does on the page, in words the browser tests share. Knows nothing of any one test."""

import asyncio

from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import PATIENCE, Box


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


async def heard(box: Box, name: str, value: object) -> None:
    """Wait until the app was told; it is no part of the workspace, whose changes ``until`` waits for."""
    async with asyncio.timeout(PATIENCE / 1000):
        while (name, value) not in box.toy.heard:  # noqa: ASYNC110 - the app tells nobody that it heard
            await asyncio.sleep(0.01)
