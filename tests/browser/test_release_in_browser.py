"""Releases of the app in a real browser, as three people: one to both stores, one that Apple rejects.

The first makes a picture of the docs: ``make screenshot`` (docs/releases.png).
"""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.acts import become, turn
from tests.browser.phones import approved, asked, at_deploys, pictures, told, tried
from tests.flows.mobile import fresh
from tests.flows.releasing import ANDROID, IOS, Releasing, releasing

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
]

PICTURE = Path(__file__).resolve().parents[2] / "docs" / "releases.png"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Releasing]:
    made = releasing(tmp_path_factory.mktemp("release-browser"), guarded=True, devices=True)
    async with made as started:
        yield started


@pytest_asyncio.fixture(loop_scope="module")
async def desk(shared: Releasing) -> Releasing:
    fresh(shared)
    return shared


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, desk: Releasing) -> AsyncIterator[Page]:
    async with at_deploys(browser, desk) as shown:
        yield shown


async def agreed(page: Page, card: Locator) -> None:
    """Let two people try the builds, each on a phone, and one of them approve."""
    await expect(card).to_contain_text("waits for device tests: iOS and Android")
    await tried(page, card, "Ben", "iOS", "iPhone 15, iOS 18.1", "Fed three pets")
    await expect(card).to_contain_text("waits for device tests: Android")
    await tried(page, card, "Cleo", "Android", "Pixel 9, Android 16")
    await approved(page, card, "Ben")


async def test_from_the_version_through_builds_phones_and_reviews_to_live_in_both_stores(
    page: Page, desk: Releasing
) -> None:
    desk.change("Show the feeding plan")
    await turn(page, "expo.build", "stuck in the queue")
    desk.box.faults.set("appstore.review", "waits")
    message, card = await asked(page, desk, "/pawmobile build minor")
    await expect(card).to_contain_text("Building 1.5.0: both 3rd in the queue, about 15 min")
    await expect(card).to_contain_text("1.4.0 → 1.5.0, a minor release")
    await turn(page, "expo.build", "succeeds")

    await agreed(page, card)
    await expect(card).to_contain_text("Apple has not looked yet; Google has published")
    await turn(page, "appstore.review", "approves")
    await expect(card).to_contain_text("1.5.0 is live in both stores")
    for each in (
        "@Ben Aprile: works on iPhone 15, iOS 18.1: Fed three pets",
        "@Cleo Marsh: works on Pixel 9",
    ):
        await expect(card).to_contain_text(each)

    run = desk.run_of(message)
    assert desk.handed(run) == ["android", "ios"]
    assert desk.box.appstore.versions[-1].version == "1.5.0"
    images = await pictures(page, card, 2)
    assert {await one.get_attribute("alt") for one in await images.all()} == {
        f"QR code of the address where {where}, build {desk.known(run).builds[platform].number} can be had"
        for platform, where in ((IOS, "iOS 1.5.0"), (ANDROID, "Android 1.5.0"))
    }
    if os.environ.get("PAWDEPLOY_SCREENSHOT") or not PICTURE.is_file():
        await take_picture(page, card)
    await page.locator("[data-channel=releases]").click()
    await expect(page.get_by_test_id("message").last).to_contain_text("1.5.0 is live in both stores")


async def test_one_that_apple_rejects_says_so_and_what_to_do_next(page: Page, desk: Releasing) -> None:
    desk.change("Sell pet food")
    await turn(page, "appstore.review", "rejects")
    message, card = await asked(page, desk, "/pawmobile build")
    await agreed(page, card)

    version = desk.known(desk.run_of(message)).version
    await expect(card).to_contain_text(f"{version} rejected by Apple; live at Google")
    await expect(card).to_contain_text("Read Apple's message in App Store Connect's Resolution Center")
    await expect(card).to_contain_text("build again with /pawmobile build patch")
    await expect(card.get_by_role("button", name="Retry")).to_be_visible()
    await become(page, "Otto")
    await told(page, "/pawmobile review", f"iOS {version}", "rejected by Apple", "Resolution Center")


async def take_picture(page: Page, live: Locator) -> None:
    """Take the picture of docs/releases.md: the card of what is live, and the codes in its thread."""
    await page.get_by_test_id("thread-log").evaluate("log => { log.scrollTop = log.scrollHeight; }")
    await live.evaluate("card => card.scrollIntoView({ block: 'start' })")
    await page.mouse.move(1, 1)  # nothing hovered
    await page.screenshot(path=PICTURE, animations="disabled", caret="hide")
