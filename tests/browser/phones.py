"""What people do with the app on phones, on the page: ask for something, agree to it, try a build."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Locator, Page, expect

from sandbox.workspace.model import Message
from tests.browser.acts import AGAIN, become, insist, send
from tests.browser.conftest import opened
from tests.browser.crew import agree, closed, form
from tests.flows.driver import PATIENCE
from tests.flows.mobile import Mobile

SIZE = (1360, 900)


@asynccontextmanager
async def at_deploys(browser: Browser, desk: Mobile) -> AsyncIterator[Page]:
    """Open the page as Ann in #deploys, where cards are."""
    async with opened(browser, desk.box.url, SIZE) as page:
        await expect(page.get_by_test_id("bot-state")).to_have_attribute("data-state", "running")
        yield page


async def asked(page: Page, desk: Mobile, text: str) -> tuple[Message, Locator]:
    """Type a command as Ann; return the card it makes, as the workspace and as the page have it."""
    before = {message.ts for message in desk.cards()}
    await become(page, "Ann")
    await send(page, text)
    new = await desk.ws.until(lambda: [one for one in desk.cards() if one.ts not in before], PATIENCE)
    return new[0], here(page, new[0])


def here(page: Page, message: Message) -> Locator:
    """Return where the page shows a message of the channel."""
    log = page.get_by_test_id("channel-log")
    return log.locator(f"[data-testid=message][data-ts='{message.ts}']")


async def told(page: Page, text: str, *words: str) -> str:
    """Type a command; return the answer, which only who typed it sees, once it holds all of ``words``."""
    await send(page, text)
    answer = page.locator("[data-testid=message][data-ephemeral=true]").last
    for each in words:
        await expect(answer).to_contain_text(each)
    return await answer.inner_text()


async def approved(page: Page, card: Locator, name: str) -> None:
    """Have somebody approve what the card asks, once it asks."""
    await expect(card.get_by_role("button", name="Approve", exact=True)).to_be_visible()
    await agree(page, card, name)


async def tried(page: Page, card: Locator, name: str, platform: str, device: str, note: str = "") -> None:
    """Have somebody say, by the form, that a build works on their phone."""
    await become(page, name)
    modal = await form(card, f"Works on {platform}")
    await modal.locator("[data-action-id=device]").fill(device)
    await modal.locator("[data-action-id=note]").fill(note)
    await modal.get_by_test_id("modal-submit").click()
    await closed(modal)
    await expect(card).to_contain_text(f"works on {device}")


async def sure(page: Page, card: Locator, button: str) -> None:
    """Press a button that asks whether one is sure, and say yes."""
    yes = page.get_by_test_id("confirm-yes")
    press = card.get_by_role("button", name=button, exact=True).click
    await insist(press, lambda: expect(yes).to_be_visible(timeout=AGAIN))
    await yes.click()


async def pictures(page: Page, card: Locator, number: int) -> Locator:
    """Open the card's thread; return its pictures, once there are so many and each shows something."""
    await card.get_by_test_id("replies").click()
    images = page.get_by_test_id("thread-log").get_by_test_id("file-picture").get_by_role("img")
    await expect(images).to_have_count(number)
    for one in await images.all():
        assert await one.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
    return images
