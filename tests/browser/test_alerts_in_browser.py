"""Alerts in a real browser: what breaks, flaps, was shipped or storms is one card each, whose buttons work.

The third test makes a picture of the README: ``make screenshot`` (docs/alerts.png). The first shows what
stands above it there.
"""

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from sandbox.vendors.sentry_now import STORM_GROUPS
from tests.browser.acts import become, turn
from tests.browser.conftest import opened
from tests.browser.crew import form
from tests.flows.alerting import Alerting, alerting, sections

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
]

PICTURE = Path(__file__).resolve().parents[2] / "docs" / "alerts.png"
SIZE = (1360, 900)
GROUPS = 6
"""As many cards as a channel takes within two seconds; what follows is a storm."""
EDIT = sections(
    alerts={
        "recount": 0.2,
        "storm_groups": GROUPS,
        "storm_window": 10,
        "storm_calm": 3,
        "grace": 0.5,
        "still_firing": 300,  # a busy machine takes its time between two forms
    },
    health={"interval": 0.2, "recheck": 0.1, "page_every": 5, "flap_low": 15},
)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Alerting]:
    async with alerting(tmp_path_factory.mktemp("alerts"), edit=EDIT) as started:
        yield started


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, desk: Alerting) -> AsyncIterator[Page]:
    """Open the page as Ann in #alerts, every knob where it was."""
    desk.box.faults.reset()
    desk.box.faults.set("railway.speed", "fast")
    async with opened(browser, desk.box.url, SIZE) as shown:
        await expect(shown.get_by_test_id("bot-state")).to_have_attribute("data-state", "running")
        await shown.locator("[data-channel=alerts]").click()
        yield shown


def cards(page: Page, *words: str) -> Locator:
    """Return the messages in the channel that hold all of ``words``."""
    found = page.get_by_test_id("channel-log").get_by_test_id("message")
    for each in words:
        found = found.filter(has_text=each)
    return found


async def says(card: Locator, *words: str) -> str:
    """Wait until there is one such card and it holds all of ``words``; return all its text."""
    await expect(card).to_have_count(1)
    for each in words:
        await expect(card).to_contain_text(each)
    return await card.inner_text()


async def fill(page: Page, card: Locator, button: str, *choices: str, go: str) -> str:
    """Press a button, choose in the form that opens, submit and close it; return what it asked."""
    modal = await form(card, button)
    await expect(modal.get_by_role("button", name=go, exact=True)).to_be_visible()
    asked = await modal.inner_text()
    for choice in choices:
        await modal.get_by_label(choice).check()
    await modal.get_by_role("button", name=go, exact=True).click()
    await expect(modal.get_by_test_id("modal-submit")).to_have_count(0)
    await page.get_by_test_id("modal-close").click()
    return asked


async def test_a_health_outage_and_its_recovery_are_one_card(page: Page, desk: Alerting) -> None:
    outage = cards(page, "api in production does not answer well")
    await turn(page, "backend.health", "bad")
    text = await says(outage, "critical", "503", "database")
    assert "Resolved" not in text

    await become(page, "Ben")
    await outage.get_by_role("button", name="Acknowledge").click()
    await says(outage, "Acknowledged by @Ben Aprile")
    await turn(page, "backend.health", "good")
    text = await says(outage, "Resolved: api in production does not answer well")

    assert re.search(r"Resolved by itself .*, after \d+(\.\d+)? s\.", text)
    assert "Acknowledged by @Ben Aprile" in text
    assert "down for" in text
    await expect(outage.get_by_role("button", name="Reopen")).to_be_visible()
    assert len(desk.alerts("production")) == 1


async def test_flapping_is_one_card(page: Page, desk: Alerting) -> None:
    card = cards(page, "api in production does not answer well")
    await turn(page, "backend.flapping", "flapping")
    await says(card, "flapping", "It keeps going up and down; this card stays the one for it.")
    await turn(page, "backend.flapping", "steady")
    await says(card, "Resolved: ", "stopped going up and down and answers well")
    assert len(desk.alerts("production")) == 1


async def test_a_spike_after_a_deploy_names_the_deploy_and_its_roll_back_works(
    page: Page, desk: Alerting
) -> None:
    before = await shipped(desk, "List pets by age")
    sha = await shipped(desk, "Weigh pets in grams")

    await turn(page, "sentry.now", "spike")
    card = cards(page, "Introduced by deploy #")
    text = await says(card, sha[:7], "first seen in that release", "7 users", "Suspect: ", "Weigh pets")
    (run,) = set(re.findall(r"deploy #(\d+)", text))
    picture = await see_picture(page, card)
    assert re.search(r"^\d+ events? of KeyError: .* in the 24 hours to", picture)
    if os.environ.get("PAWDEPLOY_SCREENSHOT") or not PICTURE.is_file():
        await take_picture(page, card)

    await fill(page, card, f"Roll back #{run}…", go="Roll back")
    await page.locator("[data-channel=deploys]").click()
    asking = cards(page, "Waiting for 2 more approvals", before[:7])
    await says(asking, "production")
    ts = await asking.get_attribute("data-ts")
    back = page.get_by_test_id("channel-log").locator(f"[data-ts='{ts}']")
    for name, after in (("Ben", "Waiting for 1 more approval"), ("Cleo", "Rolled production back to")):
        await become(page, name)
        await back.get_by_role("button", name="Approve", exact=True).click()
        await says(back, after)
    await says(back, before[:7], "Approved by @Ben Aprile", "@Cleo Marsh")
    assert desk.box.railway.live("api", "production") == before

    await page.locator("[data-channel=alerts]").click()
    await says(card, "Something newer has shipped since")
    await expect(card.get_by_role("button", name="Roll back")).to_have_count(0)


async def test_the_cards_forms_act_at_sentry_and_what_is_done_elsewhere_corrects_the_card(
    page: Page, desk: Alerting
) -> None:
    issue, _ = await desk.issue("IntegrityError: pets_name_key", times=40)
    card = cards(page, "IntegrityError: pets_name_key")
    await become(page, "Ben")

    await fill(page, card, "Assign…", go="Assign")
    await says(card, "Assigned to @Ben Aprile.")
    assert issue.assignee is not None
    assert issue.assignee.email == "ben@pawlogic.app"
    await fill(page, card, "Snooze…", "1 hour", go="Snooze")
    await says(card, "Snoozed until")
    await fill(page, card, "Archive…", "Until it escalates", go="Archive")
    await says(card, "Archived: ", "Archived by @Ben Aprile", "until it escalates")
    assert issue.standing.substatus == "archived_until_escalating"
    await card.get_by_role("button", name="Reopen").click()
    await says(card, "came back once")

    asked = await fill(page, card, "Resolve…", "With the next release", go="Resolve anyway")
    assert re.search(r"Still firing: last seen .* ago \(40 events · 7 users\)", asked)
    await says(card, "Resolved by @Ben Aprile", "with the next release")
    assert issue.standing.details == {"inNextRelease": True}

    other, _ = await desk.issue("TypeError: resolved elsewhere")
    await turn(page, "sentry.now", "resolve elsewhere")
    await says(cards(page, "TypeError: resolved elsewhere"), "Resolved: ", "Resolved by Somebody in Sentry")
    assert other.standing.status == "resolved"


async def test_a_storm_is_few_cards_and_a_summary_with_a_thread(page: Page, desk: Alerting) -> None:
    await turn(page, "sentry.now", "storm")
    storm = cards(page, "Alert storm: ")
    await says(storm, "StormError: pet")
    over = cards(page, "The storm is over:")
    text = await says(over, "all of them still fire")

    (joined,) = re.findall(r"The storm is over: (\d+) groups", text)
    alone = desk.alerts("StormError: pet ", "Acknowledge")
    assert len(alone) <= GROUPS
    assert len(alone) + int(joined) == STORM_GROUPS
    await over.get_by_test_id("replies").click()
    below = page.get_by_test_id("thread-log").get_by_test_id("message").filter(has_text="Acknowledge")
    await expect(below).to_have_count(int(joined))


async def shipped(desk: Alerting, title: str) -> str:
    """Ship a commit to production, agreed to by two and watched until it is over; return its SHA."""
    sha = await desk.soaked(title, files=("app/pets.py",))
    card = await desk.asking()
    await desk.agree(card)
    await desk.polled(lambda: ("succeeded",) in desk.rows("SELECT state FROM runs WHERE sha = ?", sha))
    return sha


async def see_picture(page: Page, card: Locator) -> str:
    """Open a card's thread; return what its picture says to who cannot see it, once it is drawn."""
    await card.get_by_test_id("replies").click()
    image = page.get_by_test_id("thread-log").get_by_test_id("file-picture").get_by_role("img").last
    await expect(image).to_be_visible()
    assert await image.evaluate("image => image.decode().then(() => image.naturalWidth)") > 600
    return await image.get_attribute("alt") or ""


async def take_picture(page: Page, card: Locator) -> None:
    """Write the README's picture: the card of what a deploy brought, and its thread."""
    await card.evaluate("card => card.scrollIntoView({ block: 'end' })")
    await page.mouse.move(1, 1)  # nothing hovered
    await page.screenshot(path=PICTURE, animations="disabled", caret="hide")
