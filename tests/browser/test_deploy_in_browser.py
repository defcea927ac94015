"""The whole product in a real browser: the bot, its simulated vendors, and a person who only sees the page.

The first test makes the README's picture: ``make screenshot`` (docs/sandbox.png; else left as it is).
"""

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from sandbox.launch import Sandbox
from tests.browser.conftest import opened

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
]

DEPLOYS, ANN, BEN = "C0DEPLOYS01", "U0ANNREQ001", "U0BENAPP001"
PICTURE = Path(__file__).resolve().parents[2] / "docs" / "sandbox.png"
SIZE = (1280, 800)
STEPS = ("Commit", "Checks", "Line", "GitHub record", "Ship", "Build and start", "Health", "Smoke tests")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def product(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Sandbox]:
    """Start everything, as ``make demo`` does; only bad health is given up on sooner."""
    wanted = bool(os.environ.get("PAWDEPLOY_SCREENSHOT"))
    state = tmp_path_factory.mktemp("product")
    async with Sandbox(8787 if wanted else 0, state, timings={"health_timeout": 2.0}) as started:
        yield started


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, product: Sandbox) -> AsyncIterator[Page]:
    """Open the page as Ann in #deploys, every knob where it was."""
    product.faults.reset()
    async with opened(browser, product.url, SIZE) as shown:
        await expect(shown.get_by_test_id("bot-state")).to_have_attribute("data-state", "running")
        yield shown


def push(product: Sandbox, title: str) -> str:
    """Push a commit to main, so that there is something to ship; return what the card calls it."""
    return product.github.push("main", title, "Ann Requin", ("app/pets.py",))[:7]


def card(page: Page, title: str) -> Locator:
    return page.get_by_test_id("channel-log").get_by_test_id("message").filter(has_text=title)


async def ends(card: Locator, words: str) -> None:
    await expect(card).to_contain_text(words)


async def type_(page: Page, text: str) -> None:
    await page.get_by_test_id("composer-input").press_sequentially(text)
    await page.keyboard.press("Enter")


async def turn(page: Page, knob: str, value: str) -> None:
    if await page.get_by_test_id("faults-drawer").is_hidden():
        await page.get_by_test_id("faults-toggle").click()
    await page.locator(f"[data-knob='{knob}']").select_option(value)


async def test_a_typed_command_ends_with_a_green_card_naming_commit_url_and_every_steps_time(
    page: Page, product: Sandbox
) -> None:
    sha, title = product.github.head()[:7], "Show weight history"
    await product.workspace.say(BEN, DEPLOYS, "The weight history is merged. Ann, can you put it on staging?")
    await type_(page, "/pawdeploy staging")
    await ends(card(page, title), f"Deployed {sha} to staging")

    await expect(card(page, title)).to_have_count(1)
    await expect(card(page, title).locator("[data-emoji=large_green_circle]")).to_have_count(1 + len(STEPS))
    url = f"{product.url}/backend/api/staging"
    await expect(card(page, title).get_by_role("link", name=url)).to_have_attribute("href", url)
    text = await card(page, title).inner_text()
    for step in STEPS:
        assert re.search(rf"^\s*{step} · .*\d s$", text, re.MULTILINE), step
    if os.environ.get("PAWDEPLOY_SCREENSHOT") or not PICTURE.is_file():
        await take_picture(page, product, card(page, title))


async def take_picture(page: Page, product: Sandbox, green: Locator) -> None:
    """Write the README's picture: the green card and what a colleague made of it."""
    ts = await green.get_attribute("data-ts") or ""
    await product.workspace.react(BEN, DEPLOYS, ts, "tada")
    await product.workspace.say(BEN, DEPLOYS, "Weight history looks right on staging.", thread_ts=ts)
    await expect(green.get_by_test_id("replies")).to_be_visible()
    await page.mouse.move(1, 1)  # nothing hovered
    await page.screenshot(path=PICTURE, animations="disabled", caret="hide")


async def test_the_form_does_what_the_words_do(page: Page, product: Sandbox) -> None:
    title = "Feed pets on time"
    sha = push(product, title)
    await type_(page, "/pawdeploy")
    modal = page.get_by_test_id("modal")
    await expect(modal.get_by_label("Environment")).to_have_value("staging")
    await modal.get_by_label("Branch, tag or commit").fill("main")
    await page.get_by_test_id("modal-submit").click()
    await expect(modal).to_contain_text("Its card is in #deploys")
    await page.keyboard.press("Escape")
    await expect(modal).to_have_count(0)
    await ends(card(page, title), f"Deployed {sha} to staging")


async def test_an_outsider_is_told_alone_who_can(page: Page) -> None:
    await page.get_by_test_id("person").filter(has_text="Outsider").click()
    before = await page.get_by_test_id("message").count()
    await type_(page, "/pawdeploy staging")
    refusal = page.locator("[data-testid=message][data-ephemeral=true]").last
    await expect(refusal.get_by_test_id("only-you")).to_have_text("Only visible to you")
    await expect(refusal).to_contain_text(
        "You can't deploy api to staging. Members of @backend or @Ann Requin"
    )
    await expect(page.get_by_test_id("message")).to_have_count(before + 1)
    await page.get_by_test_id("person").filter(has_text="Requester").click()
    await expect(page.get_by_test_id("only-you")).to_have_count(0)


async def test_bad_health_turns_the_card_red_and_retry_turns_it_green(page: Page, product: Sandbox) -> None:
    title = "Answer slowly"
    sha = push(product, title)
    await turn(page, "backend.health", "bad")
    await type_(page, "/pawdeploy staging")
    await ends(card(page, title), f"Deploy of {sha} to staging failed at health")
    await expect(card(page, title).locator("[data-emoji=red_circle]")).to_have_count(2)

    await turn(page, "backend.health", "good")
    await card(page, title).get_by_role("button", name="Retry").click()
    await ends(card(page, title), f"Deployed {sha} to staging")
    await expect(card(page, title).locator("[data-emoji=red_circle]")).to_have_count(0)
    await expect(card(page, title)).to_have_count(1)


async def test_a_bot_killed_half_way_goes_on_with_the_same_card(page: Page, product: Sandbox) -> None:
    title = "Survive the night"
    sha = push(product, title)
    await turn(page, "railway.speed", "slow")
    await type_(page, "/pawdeploy staging")
    await ends(card(page, title), "Build and start")
    ts = await card(page, title).get_attribute("data-ts") or ""
    await page.get_by_test_id("bot-kill").click()
    await expect(page.get_by_test_id("bot-banner")).to_contain_text("Bot killed")

    await turn(page, "railway.speed", "fast")
    await page.get_by_test_id("bot-restart").click()
    await ends(card(page, title), f"Deployed {sha} to staging")
    await expect(card(page, title)).to_have_count(1)
    await expect(card(page, title)).to_have_attribute("data-ts", ts)
    assert sum(each.sha[:7] == sha and each.asked for each in product.railway.deployments) == 1


async def test_the_keyboard_alone_is_enough(page: Page, product: Sandbox) -> None:
    product.faults.set("github.checks", "pending")
    title = "Sleep in"
    push(product, title)
    await expect(page.get_by_test_id("composer-input")).to_be_focused()
    await page.keyboard.type("/paw")
    await page.keyboard.press("Enter")  # completes the command's name
    await page.keyboard.type("stag")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")  # completes the environment
    await page.keyboard.press("Enter")  # sends
    await ends(card(page, title), "waiting for")

    await tab_back_to(page, card(page, title).locator("[data-action-id=run_cancel]"))
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("confirm")).to_contain_text("Stop this run?")
    await tab_to(page, page.get_by_test_id("confirm-yes"))
    await page.keyboard.press("Enter")
    await ends(card(page, title), "cancelled by @Ann Requin")


async def tab_to(page: Page, wanted: Locator, key: str = "Tab") -> None:
    for _ in range(40):
        if await wanted.evaluate("node => node === document.activeElement"):
            return
        await page.keyboard.press(key)
    pytest.fail(f"{wanted} is not reached with {key}")


async def tab_back_to(page: Page, wanted: Locator) -> None:
    await tab_to(page, wanted, "Shift+Tab")
