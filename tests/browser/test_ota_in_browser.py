"""Updates over the air in a real browser, as three people: one that goes well, one that hurts.

The last test makes a picture of the docs: ``make screenshot`` (docs/mobile.png).
"""

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.acts import become, turn
from tests.browser.phones import approved, asked, at_deploys, here, pictures, sure, told
from tests.flows.mobile import Mobile, content, fresh, mobile

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
]

PICTURE = Path(__file__).resolve().parents[2] / "docs" / "mobile.png"
SECONDS = 6.0
"""Of a stage's watch: looks after two, four and six; long enough to press something between two of them."""


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Mobile]:
    async with mobile(tmp_path_factory.mktemp("ota-browser"), guarded=True, seconds=SECONDS) as started:
        yield started


@pytest_asyncio.fixture(loop_scope="module")
async def desk(shared: Mobile) -> Mobile:
    return fresh(shared)


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, desk: Mobile) -> AsyncIterator[Page]:
    async with at_deploys(browser, desk) as shown:
        yield shown


async def test_who_may_not_or_says_nothing_is_told_so_and_nothing_is_published(
    page: Page, desk: Mobile
) -> None:
    before = len(desk.box.expo.groups())
    await told(page, '/pawota production ""', "Say what the update does", "Nothing was published")
    await become(page, "Otto")
    await told(page, '/pawota production "Hi"', "You can't publish an update of mobile to production")

    assert len(desk.box.expo.groups()) == before
    assert desk.cards() == []


async def test_sent_on_by_who_may_it_comes_to_everybody(page: Page, desk: Mobile) -> None:
    desk.change("Sort the list of pets")
    message, card = await asked(page, desk, '/pawota production "Sort pets by name"')
    await approved(page, card, "Ben")

    await expect(card).to_contain_text("Over the air to 10 % of production")
    await sure(page, card, "Go on to 50 %")
    await expect(card).to_contain_text("Over the air to 50 % of production")
    await expect(card).to_contain_text("Sent on to 50 % by @Ben Aprile")
    await become(page, "Ann")
    await told(page, "/pawota promote", "You can't send run", "Members of @approvers can")
    await become(page, "Cleo")
    await told(page, "/pawota promote", "100 %")

    await expect(card).to_contain_text("Live for everybody in production: “Sort pets by name”")
    await expect(card.get_by_role("button", name="Take back…")).to_be_visible()
    (group,) = desk.groups_of(desk.run_of(message))
    assert group == desk.top()
    assert desk.percents(message) == {None}
    await told(page, "/pawota status", "“Sort pets by name” · everybody", f"run {desk.run_of(message)}")


async def test_a_spike_at_ten_percent_is_taken_back_by_itself_and_explained_with_a_picture(
    page: Page, desk: Mobile
) -> None:
    before = desk.top()
    desk.change("Weigh pets")
    await turn(page, "expo.ota", "crashes")
    message, card = await asked(page, desk, '/pawota production "Weigh pets"')
    await approved(page, card, "Ben")

    hurt = "Taken back: errors rose after “Weigh pets” reached 10 % of production"
    await expect(card).to_contain_text(hurt)
    assert re.search(r"\d+ errors in \d+ s at 10 % of people; usual there: \d", await card.inner_text())
    await expect(card).to_contain_text("New unhandled issue: TypeError: Cannot read property 'birthday'")
    await expect(card).to_contain_text('publish the new commit: /pawota production "Weigh pets" BRANCH')

    run, (back, ended) = desk.run_of(message), await desk.back_of(message)
    assert ended == ("succeeded", "update_taken_back")
    assert desk.groups_of(run) == []
    assert desk.groups_of(back) == [desk.top()]
    assert content(desk.top()) == content(before)
    way_back = here(page, desk.cards()[-1])
    was = before[0].message.partition(" (pawdeploy run")[0]
    await expect(way_back).to_contain_text(f"Took the update of production back to “{was}”")
    await expect(way_back).to_contain_text(f"Started by itself, because run {run} hurt")
    await expect(way_back.get_by_role("button", name="Unlock")).to_be_visible()

    images = await pictures(page, card, 1)
    assert "around the update of" in (await images.get_attribute("alt") or "")
    if os.environ.get("PAWDEPLOY_SCREENSHOT") or not PICTURE.is_file():
        await take_picture(page, card)


async def take_picture(page: Page, taken_back: Locator) -> None:
    """Take the picture of docs/mobile.md: the card of what was taken back, and its thread's end."""
    await page.get_by_test_id("thread-log").evaluate("log => { log.scrollTop = log.scrollHeight; }")
    await taken_back.evaluate("card => card.scrollIntoView({ block: 'start' })")
    await page.mouse.move(1, 1)  # nothing hovered
    await page.screenshot(path=PICTURE, animations="disabled", caret="hide")
