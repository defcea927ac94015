"""Production in a real browser, as three people: agreed to, shipped, watched; and taken back when it hurts.

The second test makes the other picture of the README: ``make screenshot`` (docs/production.png).
"""

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.acts import AGAIN, become, insist, send, turn
from tests.browser.conftest import opened
from tests.flows.guarded import Guarded, guarded

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
]

PICTURE = Path(__file__).resolve().parents[2] / "docs" / "production.png"
SIZE = (1360, 900)
WATCH = {"seconds": 6}
"""Looks after two, four and six seconds: long enough to see something between two of them."""


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Guarded]:
    async with guarded(tmp_path_factory.mktemp("production"), sections={"watch": WATCH}) as started:
        yield started


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, desk: Guarded) -> AsyncIterator[Page]:
    """Open the page as Ann in #deploys."""
    async with opened(browser, desk.box.url, SIZE) as shown:
        await expect(shown.get_by_test_id("bot-state")).to_have_attribute("data-state", "running")
        yield shown


def card(page: Page, words: str) -> Locator:
    """Return the one card of a run to production that holds ``words``."""
    cards = page.get_by_test_id("channel-log").get_by_test_id("message")
    return cards.filter(has_text=words).filter(has_text="production")


async def asked(page: Page, title: str) -> Locator:
    """Type the command as Ann; return the card once it asks for two approvals and hears reactions."""
    await become(page, "Ann")
    await send(page, "/pawdeploy production")
    asking = card(page, title)
    await expect(asking).to_contain_text("Waiting for 2 more approvals")
    await expect(asking).to_contain_text("Approvals: 0 of 2")
    return asking


async def agree(page: Page, desk: Guarded, asking: Locator) -> None:
    """Let Ben click the ✅ under the card, and Cleo press Approve."""
    ts = await asking.get_attribute("data-ts") or ""
    await desk.listening(next(each for each in desk.cards() if each.ts == ts))
    await become(page, "Ben")
    await asking.locator("[data-testid=offer-reaction][data-reaction=white_check_mark]").click()
    await expect(asking).to_contain_text("Waiting for 1 more approval")
    await expect(asking).to_contain_text("Approved by @Ben Aprile (by reaction")
    await become(page, "Cleo")
    await insist(
        asking.get_by_role("button", name="Approve", exact=True).click,
        lambda: expect(asking).not_to_contain_text("Waiting for 1 more approval", timeout=AGAIN),
    )


async def test_one_approves_by_reaction_and_one_by_button_and_it_ships_and_is_watched(
    page: Page, desk: Guarded
) -> None:
    sha = (await desk.soaked("List pets by age"))[:7]
    asking = await asked(page, "List pets by age")
    await agree(page, desk, asking)

    await expect(asking).to_contain_text(f"Deployed {sha} to production; watching it")
    for gone in ("Approve", "Reject…", "Withdraw my approval", "Cancel"):
        await expect(asking.get_by_role("button", name=gone, exact=True)).to_have_count(0)
    await expect(asking.get_by_role("button", name="Roll back…")).to_be_visible()

    await expect(asking.locator("[data-emoji=large_blue_circle]")).to_have_count(0)
    text = await asking.inner_text()
    assert re.search(rf"^\s*Deployed {sha} to production\b", text, re.MULTILINE), text
    assert re.search(r"Approved by @Ben Aprile \(by reaction, .+\) and @Cleo Marsh \(by button, .+\)", text)
    await expect(asking).to_have_count(1)
    await page.locator("[data-channel=releases]").click()
    await expect(page.get_by_test_id("message")).to_contain_text(f"Deployed {sha} to production")


async def test_errors_that_rise_are_taken_back_and_held_and_explained_with_a_picture(
    page: Page, desk: Guarded
) -> None:
    good = (await desk.soaked("Weigh pets"))[:7]
    first = await asked(page, "Weigh pets")
    await agree(page, desk, first)
    await expect(first).to_contain_text(f"Deployed {good} to production")
    await expect(first.locator("[data-emoji=large_blue_circle]")).to_have_count(0)

    bad = (await desk.soaked("Group pets by owner"))[:7]
    asking = await asked(page, "Group pets by owner")
    await turn(page, "sentry.errors", "spike after deploy")
    await agree(page, desk, asking)
    await expect(asking).to_contain_text(f"Errors rose with {bad}")
    await expect(asking).to_contain_text("Taken back")
    await expect(asking).to_contain_text(f"production runs {good} again")
    assert re.search(r"\d+ errors/min against \d+(\.\d+)? before", await asking.inner_text())

    back = card(page, f"Rolled production back to {good}")
    await expect(back).to_contain_text("Started by itself")
    await expect(back.get_by_role("button", name="Unlock")).to_be_visible()

    await asking.get_by_test_id("replies").click()
    image = page.get_by_test_id("thread-log").get_by_test_id("file-picture").get_by_role("img")
    await expect(image).to_be_visible()
    assert await image.evaluate("image => image.decode().then(() => image.naturalWidth)") > 600
    assert "Regressed" in (await image.get_attribute("alt") or "")
    if os.environ.get("PAWDEPLOY_SCREENSHOT") or not PICTURE.is_file():
        await take_picture(page, asking)

    await become(page, "Ann")
    await send(page, "/pawdeploy locks")
    told = page.locator("[data-testid=message][data-ephemeral=true]").last
    await expect(told).to_contain_text("api in production")
    await expect(told).to_contain_text("/pawdeploy unlock production")


async def take_picture(page: Page, taken_back: Locator) -> None:
    """Write the README's picture: the card of what was taken back, and its thread's end."""
    await page.get_by_test_id("thread-log").evaluate("log => { log.scrollTop = log.scrollHeight; }")
    await taken_back.evaluate("card => card.scrollIntoView({ block: 'end' })")
    await page.mouse.move(1, 1)  # nothing hovered
    await page.screenshot(path=PICTURE, animations="disabled", caret="hide")
