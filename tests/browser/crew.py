"""Three people at an incident, on the page: what they see, press, tick, fill in, agree to and download."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.acts import AGAIN, become, insist
from tests.browser.conftest import opened
from tests.flows.driver import ANN
from tests.flows.incidents import OPS

SIZE = (1360, 1000)
GLANCE = 300
"""Milliseconds between two looks of who waits for a service to be well again."""
_FOOTER = re.compile(r"Incident (\d+) ·.* as of ")
_ENTRY = re.compile(
    r"^- (?P<at>[-\d]{10} [:\d]{8} UTC) · \*\*(?P<kind>.+?)\*\*(?P<text>.*(?:\n  .*)*)$", re.MULTILINE
)


@asynccontextmanager
async def at_ops(browser: Browser, url: str, user: str = ANN) -> AsyncIterator[Page]:
    """Open the page as somebody in #ops, where incidents are."""
    async with opened(browser, f"{url}/#/{OPS}/{user}", SIZE) as page:
        await expect(page.get_by_test_id("bot-state")).to_have_attribute("data-state", "running")
        yield page


async def go(page: Page, channel: str) -> None:
    """Go to a channel."""
    item = page.locator(f"[data-testid=channel-item][data-channel={channel}]")
    await item.click()
    await expect(item).to_have_attribute("aria-current", "page")


def said(page: Page, *words: str) -> Locator:
    """Return the messages of the channel that hold all of ``words``."""
    found = page.get_by_test_id("channel-log").get_by_test_id("message")
    for each in words:
        found = found.filter(has_text=each)
    return found


async def shows(there: Locator, *words: str) -> str:
    """Wait until there is one such thing and it holds all of ``words``; return all its text."""
    await expect(there).to_have_count(1)
    for each in words:
        await expect(there).to_contain_text(each)
    return await there.inner_text()


class Sheet:
    """The card of one incident and its further messages, before one person's eyes."""

    def __init__(self, page: Page, number: int) -> None:
        self.page = page
        self.number = number
        self.all = (
            page.get_by_test_id("channel-log")
            .get_by_test_id("message")
            .filter(has_text=re.compile(rf"Incident {number} ·.* as of "))
        )
        self.card = self.all.first

    def step(self, words: str) -> Locator:
        """Return a step: its line, and its button or box."""
        return self.all.locator("[data-block=section]").filter(has_text=words)

    def below(self, words: str) -> Locator:
        """Return what stands in small below a step."""
        return self.all.locator("[data-block]").filter(has_text=words).locator("+ [data-block=context]")

    async def found(self, step: str, *words: str, mark: str = "") -> str:
        """Wait until a step shows what was found, or how it stands, with a mark."""
        there = self.step(step)
        text = await shows(there, *words)
        if mark:
            await expect(there.locator(f"[data-emoji={mark}]")).to_have_count(1)
        return text

    async def tick(self, step: str) -> None:
        """Tick its box, and see who ticked it."""
        box = self.step(step).get_by_role("checkbox")

        async def done() -> None:
            await expect(self.step(step).locator("[data-emoji=white_check_mark]")).to_have_count(
                1, timeout=AGAIN
            )

        await insist(box.check, done)

    async def untick(self, step: str) -> Locator:
        """Clear its box; return the form that asks why. The box is as it was before anybody answers."""
        box, modal = self.step(step).get_by_role("checkbox"), self.page.get_by_test_id("modal")
        await insist(box.uncheck, lambda: expect(modal).to_be_visible(timeout=AGAIN))
        return modal

    async def press(self, step: str, button: str) -> None:
        """Press a step's button, and say yes where it asks whether one is sure."""
        sure = self.page.get_by_test_id("confirm-yes")
        there = self.step(step).get_by_role("button", name=button, exact=True)
        await insist(there.click, lambda: expect(sure).to_be_visible(timeout=AGAIN))
        await sure.click()
        await expect(there).to_have_count(0)

    async def decide(self, answer: str) -> None:
        """Press an answer, and see it decided."""
        there = self.all.get_by_role("button", name=answer, exact=True)

        async def decided() -> None:
            await expect(self.step(f"Decided: {answer}")).to_have_count(1, timeout=AGAIN)

        await insist(there.click, decided)

    async def look_until(self, step: str, mark: str = "large_green_circle") -> str:
        """Look again, and again, until it is found as it should be."""
        there = self.step(step)
        seen = there.locator(f"[data-emoji={mark}]")
        again = there.get_by_role("button", name="Look again")

        async def look(timeout: float) -> None:  # noqa: ASYNC109 - as a locator's own ways to press have it
            if not await seen.count():
                await again.click(timeout=timeout)

        await insist(look, lambda: expect(seen).to_have_count(1, timeout=GLANCE))
        return await there.inner_text()

    async def form(self, button: str) -> Locator:
        """Press a button about the whole incident that opens a form; return the form."""
        return await form(self.card, button)

    async def say(self, words: str) -> Locator:
        """Write into the card's thread; return what was written."""
        thread = await self.thread()
        await self.page.get_by_test_id("thread-input").fill(words)
        await self.page.get_by_test_id("thread-input").press("Enter")
        written = thread.get_by_test_id("message").filter(has_text=words)
        await expect(written).to_have_count(1)
        return written

    async def thread(self) -> Locator:
        """Open the card's thread; return it."""
        await self.card.get_by_test_id("replies").click()
        return self.page.get_by_test_id("thread-log")


async def find(page: Page, *words: str) -> Sheet:
    """Find the one card in #ops that holds all of ``words``."""
    card = said(page, *words).filter(has_text=_FOOTER)
    await expect(card).to_have_count(1)
    footer = _FOOTER.search(await card.inner_text())
    assert footer is not None
    return Sheet(page, int(footer[1]))


async def form(there: Locator, button: str) -> Locator:
    """Press a button that opens a form; return the form."""
    modal = there.page.get_by_test_id("modal")
    press = there.get_by_role("button", name=button).click
    await insist(press, lambda: expect(modal).to_be_visible(timeout=AGAIN))
    return modal


async def submit(modal: Locator, **fields: str) -> None:
    """Fill in what a form asks, by action id, and hand it in."""
    for name, text in fields.items():
        await modal.locator(f"[data-action-id={name}]").fill(text)
    await modal.get_by_test_id("modal-submit").click()


async def closed(modal: Locator) -> None:
    """Wait until a form is gone; what comes in its place to be read is read and closed."""
    page = modal.page
    await expect(modal.get_by_test_id("modal-submit")).to_have_count(0)
    if await modal.count():
        await page.get_by_test_id("modal-close").click()
    await expect(modal).to_have_count(0)


async def tell(sheet: Sheet, step: str, *words: str) -> str:
    """Read what a step would send, which holds all of ``words``, and send it; return it."""
    modal = await form(sheet.step(step), "Send…")
    field = modal.locator("[data-action-id=text]")
    draft = await field.input_value()
    for each in words:
        assert each in draft, draft
    await modal.get_by_test_id("modal-submit").click()
    await closed(modal)
    await sheet.found(step, mark="white_check_mark")
    return draft


async def _at(message: Locator, name: str) -> None:
    """Press what a message shows while the pointer is on it; one that comes meanwhile may push it away."""
    await insist(message.hover, lambda: message.get_by_test_id(name).click(timeout=AGAIN))


async def pin(message: Locator) -> None:
    """Pin a message."""
    await _at(message, "pin-message")
    await expect(message.get_by_test_id("pinned")).to_be_visible()


async def react(message: Locator, name: str) -> None:
    """React to a message with an emoji from the picker."""
    await _at(message, "add-reaction")
    await message.page.locator(f"[data-testid=pick-reaction][data-reaction={name}]").click()
    await expect(message.get_by_test_id("reaction")).to_have_count(1)


async def agree(page: Page, card: Locator, *people: str) -> None:
    """Let people approve a run, one after the other, by the button on its card."""
    for name in people:
        await become(page, name)
        counted = re.compile(rf"Approved by .*@{name}")
        await insist(
            card.get_by_role("button", name="Approve", exact=True).click,
            lambda counted=counted: expect(card).to_contain_text(counted, timeout=AGAIN),  # type: ignore[misc]  # bound now
        )


async def asking(page: Page, *words: str) -> Locator:
    """Return the card in #deploys of the run that holds all of ``words`` and waits for people."""
    await go(page, "deploys")
    approve = page.get_by_role("button", name="Approve", exact=True)
    there = said(page, *words).filter(has=approve)
    await expect(there).to_have_count(1)
    ts = await there.get_attribute("data-ts")
    return page.get_by_test_id("channel-log").locator(f"[data-testid=message][data-ts='{ts}']")


async def download(page: Page, thread: Locator, folder: Path) -> str:
    """Download the report from the thread; return it."""
    link = thread.get_by_test_id("file-download")
    await expect(link).to_be_visible()
    async with page.expect_download() as downloading:
        await link.click()
    got = await downloading.value
    assert re.fullmatch(r"incident-\d+\.md", got.suggested_filename)
    await got.save_as(folder / got.suggested_filename)
    return (folder / got.suggested_filename).read_text("utf-8")


def entries(report: str) -> list[tuple[str, str, str]]:
    """Return the timeline of a report: moment, kind, and what else there stands."""
    _, _, rest = report.partition("\n## Timeline\n")
    found = _ENTRY.finditer(rest.partition("\n## ")[0])
    return [(one["at"], one["kind"], one["text"]) for one in found]


def in_order(report: str, *wanted: tuple[str, str]) -> None:
    """See that the timeline is in order of time, and holds these (kind, words) one after the other."""
    lines = entries(report)
    times = [at for at, _, _ in lines]
    assert times == sorted(times)
    left = list(wanted)
    for _, kind, text in lines:
        if left and kind == left[0][0] and left[0][1] in text:
            left.pop(0)
    assert not left, f"not there, or not in this order: {left}\n" + "\n".join(map(str, lines))
