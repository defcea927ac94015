"""Incidents that ship something, in a real browser: an app that crashes, a migration that fails."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.acts import become, send, turn
from tests.browser.crew import (
    agree,
    asking,
    at_ops,
    closed,
    download,
    find,
    form,
    go,
    in_order,
    said,
    shows,
    submit,
    tell,
)
from tests.flows.incidents import Incidents, incidents
from tests.flows.releasing import Releasing, released_so, review_fast

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),
]
ADDS = '''"""Add vaccinations."""
revision = "9d2e"
down_revision = "8c1f"


def upgrade():
    op.create_table("vaccinations", sa.Column("pet", sa.Integer()))


def downgrade():
    op.drop_table("vaccinations")
'''


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Incidents]:
    async with incidents(
        tmp_path_factory.mktemp("incidents"),
        incidents={"automatic": True},
        watch=2.1,
        timings={"build_poll": 0.5, "review_poll": 1.0},
        app=released_so(guarded=True),
    ) as started:
        review_fast(started.box)
        yield started


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, desk: Incidents) -> AsyncIterator[Page]:
    """Open the page as Ann in #ops, every knob where it was."""
    desk.box.faults.reset()
    desk.box.faults.set("railway.speed", "fast")
    async with at_ops(browser, desk.box.url) as shown:
        yield shown


@pytest.fixture
def phone(desk: Incidents) -> Releasing:
    """The same sandbox, as flows of the app see it."""
    return Releasing(desk.box, desk.state)


async def run_of(card: Locator) -> int:
    """Say which run a card is of."""
    footer = re.search(r"Run (\d+) ·", await card.inner_text())
    assert footer is not None
    return int(footer[1])


async def test_crashes_javascript_can_mend_are_mended_over_the_air(
    page: Page, desk: Incidents, phone: Releasing, tmp_path: Path
) -> None:
    mended = phone.change("Show pets without vaccines")
    await go(page, "alerts")
    await turn(page, "sentry.now", "app crashes")
    alert = said(page, "pet.vaccines.map")
    await shows(alert, "critical", "mobile in production")
    await become(page, "Ben")
    modal = await form(alert, "Open incident…")
    await submit(modal)
    await expect(modal).to_contain_text("is open")
    await closed(modal)
    await shows(alert, "Part of incident")

    await go(page, "ops")
    sheet = await find(page, "pet.vaccines.map")
    await sheet.found("Sentry: which crash reports are new", "new issues", mark="red_circle")
    await sheet.found("Which version and which build", "2.4.0+87", "build 87", mark="red_circle")
    await sheet.tick("Which release or over-the-air update")
    await sheet.decide("JavaScript can mend it")
    await sheet.tick("Mend it, with a test")
    await become(page, "Ann")
    await sheet.press("Ship an over-the-air update", "Send update")
    run = await asking(page, "pet.vaccines.map", "over the air to production", "JavaScript only")
    number = await run_of(run)
    assert phone.groups_of(number) == []
    await agree(page, run, "Ben")
    await shows(run, "Live for everybody in production")
    (group,) = phone.groups_of(number)
    assert {(part.sha, part.percent) for part in group} == {(mended, None)}

    await become(page, "Ben")
    await go(page, "ops")
    await sheet.found("Ship an over-the-air update", "succeeded", mark="white_check_mark")
    await tell(sheet, "Tell the orchestrator which versions", "2.4.0+87", "JavaScript can mend it")
    modal = await sheet.form("Resolve…")
    await submit(modal, summary="The list of pets crashed.", cause="Pets without vaccines.")
    await expect(modal).to_contain_text("Tick it to resolve all the same")
    await modal.get_by_label("Resolve though 1 alert still fires").check()
    await submit(modal)
    await closed(modal)
    await shows(sheet.card, "Resolved after", "1 alert still fired when it was resolved")
    report = await download(page, await sheet.thread(), tmp_path)
    in_order(
        report,
        ("opened", "pet.vaccines.map"),
        ("found", "2.4.0+87"),
        ("decided", "JavaScript can mend it"),
        ("pressed", "Send update"),
        ("run", "approved"),
        ("run", "succeeded"),
        ("told", "JavaScript can mend it"),
        ("resolved", "while 1 of its alerts still fired"),
    )


async def test_crashes_of_native_code_are_halted_and_get_a_new_version_and_no_update(
    page: Page, desk: Incidents, phone: Releasing
) -> None:
    phone.change("Use the new camera")
    out = await phone.release()
    await phone.agree(out)
    assert await phone.ends(out) == ("succeeded", "released")
    groups = len(desk.box.expo.groups())
    await send(page, "/pawincident open mobile-crash-spike The camera crashes the app")
    sheet = await find(page, "The camera crashes the app")
    await shows(sheet.card, "SEV2", "Do not send an over-the-air update")
    await sheet.decide("It is native")
    await sheet.press("Stop the affected release", "Halt release")
    halt = await asking(page, "Halt")
    await agree(page, halt, "Ben")
    await shows(halt, "Halted")
    assert desk.box.appstore.versions[-1].phased.state == "PAUSED"

    phone.change("Ask for the camera first")
    await become(page, "Ann")
    await go(page, "ops")
    await sheet.found("Stop the affected release", "succeeded", mark="white_check_mark")
    await sheet.tick("Mend it, on the commit")
    await sheet.press("Build the mended version", "Build release")
    run = await asking(page, "waits for 1 more approval")
    await agree(page, run, "Ben")
    await shows(run, "is live in both stores")
    assert phone.handed(await run_of(run)) == ["android", "ios"]
    assert len(desk.box.expo.groups()) == groups
    await become(page, "Ann")
    await go(page, "ops")
    await sheet.found("Build the mended version", "succeeded", mark="white_check_mark")
    await expect(sheet.step("Ask Apple for an expedited review").get_by_role("checkbox")).to_be_enabled()


async def test_a_migration_that_fails_is_taken_back_mended_and_applied_again(
    page: Page, desk: Incidents, tmp_path: Path
) -> None:
    await desk.soaked("Keep vaccinations", files={"alembic/versions/9d2e_vaccinations.py": ADDS})
    await turn(page, "railway.deployment", "pre-deploy fails")
    await send(page, "/pawdeploy production")
    failed = await asking(page, "Keep vaccinations")
    await agree(page, failed, "Ben", "Cleo")
    await shows(failed, "The migration failed")
    await turn(page, "railway.deployment", "succeeds")

    await become(page, "Ann")
    await go(page, "ops")
    sheet = await find(page, "Database migration failure")
    await shows(sheet.card, "SEV2", "opened by itself")
    never = sheet.card.locator("[data-block=section]").filter(has_text="Do not retry the migration.")
    await expect(never.locator("[data-emoji=no_entry]").first).to_be_visible()
    await sheet.found("Read the migration's log", "from 8c1f to 9d2e", mark="red_circle")
    await sheet.press("Keep others from deploying there", "Lock")
    await sheet.decide("It ran halfway")
    await sheet.tick("Name the revision before")
    await sheet.press("Go back to the revision before it", "Downgrade")
    back = await asking(page, "Take the last migration back")
    await agree(page, back, "Ben", "Cleo")
    await shows(back, "Take the last migration back (production) · done")

    await become(page, "Ann")
    await go(page, "ops")
    await sheet.tick("See that it is there")
    mended = desk.commit("Keep vaccinations once", files={"alembic/versions/9d2e_vaccinations.py": ADDS})
    await sheet.tick("Mend the migration.")
    await sheet.press("Test it in staging", "Deploy to staging")
    await sheet.found("Test it in staging", "succeeded", mark="white_check_mark")
    await sheet.look_until("Is staging well with it?")
    desk.seen((mended, 25.0, 0.0, ""))  # a day later
    await sheet.press("Apply it to production again", "Deploy to production")
    again = await asking(page, "Keep vaccinations once")
    await agree(page, again, "Ben", "Cleo")
    await shows(again, f"Deployed {mended[:7]} to production")
    assert desk.box.railway.live("api", "production") == mended

    await become(page, "Ann")
    await go(page, "ops")
    await sheet.found("Apply it to production again", "succeeded", mark="white_check_mark")
    await sheet.look_until("Is production well with it?")
    await send(page, "/pawdeploy unlock production")
    await sheet.tick("Open production for others again")
    await tell(sheet, "Tell the owner of the database", "from 8c1f to 9d2e", "It ran halfway")
    modal = await sheet.form("Resolve…")
    await submit(modal, summary="Vaccinations were there already.", cause="An earlier try left the table.")
    await closed(modal)
    await shows(sheet.card, "Resolved after")
    report = await download(page, await sheet.thread(), tmp_path)
    in_order(
        report,
        ("opened", "to production: migration failed"),
        ("found", "from 8c1f to 9d2e"),
        ("pressed", "Lock"),
        ("decided", "It ran halfway"),
        ("pressed", "Downgrade"),
        ("run", " · Ben Aprile: run"),
        ("run", " · Cleo Marsh: run"),
        ("run", "succeeded"),
        ("done", "Mend the migration"),
        ("pressed", "Deploy to staging"),
        ("run", "succeeded"),
        ("pressed", "Deploy to production"),
        ("run", "approved"),
        ("run", "approved"),
        ("run", "succeeded"),
        ("told", "It ran halfway"),
        ("resolved", ""),
    )
