"""Incidents in a real browser, as three people: from the alert to the report that one keeps.

The first test makes a picture of the README: ``make screenshot`` (docs/incidents.png).
"""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.browser.acts import become, send
from tests.browser.crew import (
    Sheet,
    agree,
    asking,
    at_ops,
    closed,
    download,
    find,
    form,
    go,
    in_order,
    pin,
    react,
    said,
    shows,
    submit,
    tell,
)
from tests.flows.driver import BEN
from tests.flows.incidents import Incidents, incidents

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
]
PICTURE = Path(__file__).resolve().parents[2] / "docs" / "incidents.png"
DOWN = "api in production does not answer well"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Incidents]:
    async with incidents(
        tmp_path_factory.mktemp("incidents"), incidents={"automatic": True}, watch=2.1
    ) as started:
        yield started


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, desk: Incidents) -> AsyncIterator[Page]:
    """Open the page as Ann in #ops, every knob where it was."""
    desk.box.faults.reset()
    desk.box.faults.set("railway.speed", "fast")
    async with at_ops(browser, desk.box.url) as shown:
        yield shown


async def test_an_outage_is_found_decided_rolled_back_and_written_down(
    page: Page, desk: Incidents, tmp_path: Path
) -> None:
    good = await shipped(desk, "List pets by age")
    bad = await shipped(desk, "Ask for owners with every pet")
    desk.box.backend.sick.add(bad)  # it takes every connection the database has

    await go(page, "alerts")
    alert = said(page, DOWN)
    await shows(alert, "critical", "503", "Part of incident")
    await go(page, "ops")
    sheet = await find(page, DOWN)
    await shows(sheet.card, f"SEV1 · {DOWN}", "opened by itself", "alert 1", "Do not ship anything new")
    await sheet.found("/health/detailed", "Database: timed out", "points at database", mark="red_circle")
    await sheet.found("What went live lately", bad[:7], "Ask for owners", mark="red_circle")
    await sheet.found("Supabase", "is well", mark="large_green_circle")
    await sheet.found("Redis: does it answer", "is well", mark="large_green_circle")
    await shows(sheet.step("Decide which it is"), "Findings suggest Database or Our own code")
    await page.get_by_test_id("channel-log").evaluate("log => { log.scrollTop = 0; }")

    await sheet.card.get_by_role("button", name="Take command").click()
    await shows(sheet.card, "Commander: @Ann Requin")
    await sheet.decide("Our own code")
    await become(page, "Cleo")
    await pin(await sheet.say("Every connection to the database is taken."))
    await become(page, "Ben")
    await react(await sheet.say("It began with the deploy."), "pushpin")
    await become(page, "Ann")
    await sheet.press("Go back to the last good run", "Roll back")
    run = await asking(page, "production back to", good[:7])
    await agree(page, run, "Ben", "Cleo")
    await shows(run, f"Rolled production back to {good[:7]}")

    await become(page, "Ann")
    await go(page, "ops")
    await sheet.found("Go back to the last good run", "succeeded", mark="white_check_mark")
    await sheet.look_until("Is the service up on the earlier commit?")
    await sheet.look_until("Watch until health answers again.")
    await sheet.look_until("Watch until errors are back")
    await expect(sheet.card).not_to_contain_text("still fires")
    if os.environ.get("PAWDEPLOY_SCREENSHOT") or not PICTURE.is_file():
        await take_picture(page, sheet)
    # What was found stands there as it was found last: half a minute after the first look all is well again.
    await tell(sheet, "Tell the orchestrator", DOWN, "`/health/detailed`: which of", "Our own code", "Ann")

    modal = await sheet.form("Resolve…")
    await submit(
        modal, summary="Pets were not listed.", cause="One query for each owner.", follow_ups="Load test"
    )
    await closed(modal)
    await shows(sheet.card, "Resolved after")
    await expect(sheet.all.get_by_role("button", name="Reopen…")).to_have_count(1)
    thread = await sheet.thread()
    report = await download(page, thread, tmp_path)
    assert "Impact: from " in report
    assert "| Mitigated | " in report
    in_order(
        report,
        ("alert", f"fires: {DOWN}"),
        ("opened", DOWN),
        ("found", "Database: timed out"),
        ("decided", "Our own code"),
        ("message", " · Cleo Marsh: Every connection to the database is taken."),
        ("message", " · Ben Aprile: It began with the deploy."),
        ("pressed", "Roll back"),
        ("run", " · Ben Aprile: run"),
        ("run", " · Cleo Marsh: run"),
        ("run", "succeeded"),
        ("found", "Api in production is well"),
        ("told", "Decided: Our own code"),
        ("resolved", " · Ann Requin"),
    )


async def test_two_people_tick_at_once_and_both_see_both_and_clearing_a_box_asks_why(
    page: Page, browser: Browser, desk: Incidents
) -> None:
    await send(page, "/pawincident open mobile-crash-spike The app is slow")
    mine = await find(page, "The app is slow")
    await mine.decide("It is native")
    async with at_ops(browser, desk.box.url, user=BEN) as other:
        his = await find(other, "The app is slow")
        await asyncio.gather(mine.tick("Mend it, on the commit"), his.tick("Try the build on a device"))
        for both in (mine, his):
            for step, name in (("Mend it, on the commit", "Ann"), ("Try the build on a device", "Ben")):
                await expect(both.below(step)).to_contain_text(f"by @{name}")
                await expect(both.step(step).get_by_role("checkbox")).to_be_checked()

        modal = await his.untick("Mend it, on the commit")
        await expect(modal).to_contain_text("by @Ann Requin")
        await other.get_by_test_id("modal-close").click()
        await expect(modal).to_have_count(0)
        await expect(his.step("Mend it, on the commit").get_by_role("checkbox")).to_be_checked()
        modal = await his.untick("Mend it, on the commit")
        await submit(modal, text="It still goes out on Android.")
        await closed(modal)
        for both in (mine, his):
            await expect(both.below("Mend it, on the commit")).to_contain_text(
                "taken back: It still goes out on Android."
            )
            await expect(both.step("Mend it, on the commit").get_by_role("checkbox")).not_to_be_checked()


async def test_a_drill_is_seen_to_be_one_everywhere_and_touches_nothing(
    page: Page, desk: Incidents, tmp_path: Path
) -> None:
    live, told = desk.box.railway.live("api", "production"), len(desk.box.orchestrator.reports)
    await send(page, "/pawincident drill api-down Practice on Thursday")
    sheet = await find(page, "Practice on Thursday")
    await shows(sheet.card, "DRILL", "nothing real is touched")
    await sheet.found("/health/detailed", "It answers 502", mark="red_circle")
    await sheet.decide("Our own code")
    await sheet.press("Go back to the last good run", "Roll back")
    await sheet.found("Go back to the last good run", mark="white_check_mark")
    modal = await form(sheet.step("Tell the orchestrator"), "Send…")
    await expect(modal).to_contain_text("only the thread will show it")
    await submit(modal)
    await closed(modal)
    modal = await sheet.form("Resolve…")
    await submit(modal, summary="We practised.", cause="None.")
    await closed(modal)
    await shows(sheet.card, "Resolved after")
    thread = await sheet.thread()
    report = await download(page, thread, tmp_path)
    for message in (await thread.get_by_test_id("message").all_inner_texts())[1:]:
        assert "DRILL" in message
    assert report.startswith("# DRILL: Incident ")
    assert desk.box.railway.live("api", "production") == live
    assert len(desk.box.orchestrator.reports) == told


async def shipped(desk: Incidents, title: str) -> str:
    """Ship a commit to production, agreed to by two and watched until it is over; return its SHA."""
    sha = await desk.soaked(title, files=("app/pets.py",))
    card = await desk.asking()
    await desk.agree(card)
    await desk.polled(lambda: ("succeeded",) in desk.rows("SELECT state FROM runs WHERE sha = ?", sha))
    return sha


async def take_picture(page: Page, sheet: Sheet) -> None:
    """Write the README's picture: the whole card, once the rollback has helped."""
    if await page.get_by_test_id("thread-close").is_visible():
        await page.get_by_test_id("thread-close").click()
    before = page.viewport_size
    assert before is not None
    await page.set_viewport_size({"width": 1160, "height": 1300})
    await sheet.card.evaluate("card => card.scrollIntoView({ block: 'end' })")
    await page.mouse.move(1, 1)  # nothing hovered
    await page.screenshot(path=PICTURE, animations="disabled", caret="hide")
    await page.set_viewport_size(before)
