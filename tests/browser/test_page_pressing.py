"""The sandbox's page while a button is held down: what comes meanwhile takes no click away."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.acts import heard
from tests.browser.conftest import Box
from tests.browser.toy import CHANNEL, card

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
]
HEAR_OF_CHANGE = """() => {
    const news = new EventSource("/_page/events?user=U0ANNREQ001");
    window.changed = new Promise((heard) => news.addEventListener("message_changed", heard)).then(() => {
        news.close();
        return new Promise(requestAnimationFrame);  // the page has the same news, and has drawn what it draws
    });
    return new Promise((open) => { news.onopen = () => open(); });
}"""


async def test_a_card_that_changes_while_its_button_is_held_down_loses_no_click(page: Page, box: Box) -> None:
    ts = await box.toy.post("Deploying", blocks=card())
    message = page.locator(f'[data-testid=message][data-ts="{ts}"]')
    await message.locator("[data-action-id=run_retry]").hover()
    await page.evaluate(HEAR_OF_CHANGE)
    await page.mouse.down()
    await box.toy.client.chat_update(channel=CHANNEL, ts=ts, text="Deployed", blocks=card("Deployed"))
    await page.evaluate("window.changed")
    await expect(message).to_contain_text("Deploying a1b2c3d")
    await page.mouse.up()
    await heard(box, "run_retry", "retry-12")
    await expect(message).to_contain_text("Retrying")


async def test_news_goes_on_where_the_button_was_let_go_elsewhere(page: Page, box: Box) -> None:
    ts = await box.toy.post("Deploying", blocks=card())
    message = page.locator(f'[data-testid=message][data-ts="{ts}"]')
    await message.locator("[data-action-id=run_retry]").hover()
    await page.mouse.down()
    await page.mouse.move(2, 2)
    await box.toy.client.chat_update(channel=CHANNEL, ts=ts, text="Deployed", blocks=card("Deployed"))
    await page.mouse.up()
    await expect(message).to_contain_text("Deployed a1b2c3d")
    assert box.toy.heard == []
