"""What incidents use of the page: checklists, pins, channels that come and go, a report to download."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.acts import become, composer, heard, send
from tests.browser.conftest import Box
from tests.browser.toy import CHANNEL, mrkdwn, option, plain

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),  # one browser serves the whole file
]
ANN, BEN = "U0ANNREQ001", "U0BENAPP001"
STEPS = [option("Look at Railway", "railway"), option("Look at Redis", "redis")]


def checklist(*ticked: str, block_id: str = "steps", text: str = "Steps") -> list[dict[str, object]]:
    """Return a section with two boxes."""
    boxes: dict[str, object] = {"type": "checkboxes", "action_id": "boxes", "options": STEPS}
    if initial := [one for one in STEPS if one["value"] in ticked]:
        boxes["initial_options"] = initial
    return [{"type": "section", "block_id": block_id, "text": mrkdwn(text), "accessory": boxes}]


async def edit(box: Box, ts: str, blocks: list[dict[str, object]]) -> None:
    await box.toy.client.chat_update(channel=CHANNEL, ts=ts, text="Steps", blocks=blocks)


def tick_box(page: Page, value: str) -> Locator:
    return page.locator(f"input[type=checkbox][value={value}]")


async def test_a_tick_sends_every_ticked_box_and_the_keyboard_stays_there(page: Page, box: Box) -> None:
    ts = await box.toy.post("Steps", blocks=[*checklist(), *checklist(block_id="more")])
    second = page.locator("[data-block-id=more]")
    await second.locator("input[value=redis]").check()
    await heard(box, "boxes", ["redis"])

    await edit(box, ts, [*checklist(text="Newer words"), *checklist(block_id="more")])
    await expect(page.get_by_text("Newer words")).to_be_visible()
    await expect(second.locator("input[value=redis]")).to_be_focused()
    await second.locator("input[value=railway]").check()
    await heard(box, "boxes", ["railway", "redis"])


async def test_an_edit_reaches_the_boxes_on_the_screen_only_under_a_new_block(page: Page, box: Box) -> None:
    ts = await box.toy.post("Steps", blocks=checklist())
    await tick_box(page, "railway").check()
    await heard(box, "boxes", ["railway"])

    await edit(box, ts, checklist("redis", text="Newer words"))
    await expect(page.get_by_text("Newer words")).to_be_visible()
    await expect(tick_box(page, "railway")).to_be_checked()
    await expect(tick_box(page, "redis")).not_to_be_checked()

    await edit(box, ts, checklist("redis", block_id="steps.2"))
    await expect(tick_box(page, "redis")).to_be_checked()
    await expect(tick_box(page, "railway")).not_to_be_checked()


async def test_who_looks_later_sees_what_the_message_says(page: Page, box: Box) -> None:
    ts = await box.toy.post("Steps", blocks=checklist())
    await tick_box(page, "railway").check()
    await edit(box, ts, checklist("railway", "redis"))

    await become(page, "Ben")

    await expect(tick_box(page, "redis")).to_be_checked()


async def test_a_box_that_asks_first_stays_as_it_was_after_a_no(page: Page, box: Box) -> None:
    blocks = checklist()
    blocks[0]["accessory"] |= {  # type: ignore[operator]  # a dict, made above
        "confirm": {
            "title": plain("Sure?"),
            "text": mrkdwn("It is told."),
            "confirm": plain("Yes"),
            "deny": plain("No"),
        }
    }
    await box.toy.post("Steps", blocks=blocks)
    await tick_box(page, "redis").click()
    await page.get_by_test_id("confirm-deny").click()
    await expect(tick_box(page, "redis")).not_to_be_checked()

    await tick_box(page, "redis").click()
    await page.get_by_test_id("confirm-yes").click()
    await heard(box, "boxes", ["redis"])
    await expect(tick_box(page, "redis")).to_be_checked()


async def test_people_are_chosen_from_a_menu_of_names(page: Page, box: Box) -> None:
    who = {"type": "users_select", "action_id": "who", "placeholder": plain("Who leads?")}
    await box.toy.post("Roles", blocks=[{"type": "actions", "elements": [who]}])

    await page.locator("[data-action-id=who]").select_option(label="Ben Aprile")

    await heard(box, "who", BEN)


async def test_what_people_write_is_pinned_and_the_app_hears_of_it(page: Page, box: Box) -> None:
    await send(page, "The database is full")
    message = page.get_by_test_id("message")
    await message.hover()
    await message.get_by_test_id("pin-message").click()

    await heard(box, "pin", (ANN, "The database is full"))
    await expect(page.get_by_test_id("pinned")).to_have_text("Pinned by you")
    await become(page, "Ben")
    await expect(page.get_by_test_id("pinned")).to_have_text("Pinned by Ann Requin")
    await message.hover()
    await message.get_by_test_id("pin-message").click()
    await expect(page.get_by_test_id("pinned")).to_have_count(0)


async def test_a_reply_of_a_person_is_marked_with_an_emoji_of_ones_choice(page: Page, box: Box) -> None:
    ts = await box.toy.post("Card")
    await page.get_by_test_id("message").hover()
    await page.get_by_test_id("reply-in-thread").click()
    await page.get_by_test_id("thread-input").fill("Redis is slow")
    await page.get_by_test_id("thread-input").press("Enter")
    reply = page.get_by_test_id("thread-log").get_by_test_id("message").filter(has_text="Redis is slow")
    await reply.hover()
    await reply.get_by_test_id("add-reaction").click()
    await page.locator("[data-testid=pick-reaction][data-reaction=clipboard]").click()

    await heard(box, "reaction", "clipboard")
    (said,) = box.workspace.thread(CHANNEL, ts)
    assert (said.text, said.reactions) == ("Redis is slow", {"clipboard": [ANN]})


async def test_a_channel_the_app_makes_is_there_for_who_is_invited_until_it_is_archived(
    page: Page, box: Box
) -> None:
    client = box.toy.client
    room = (await client.conversations_create(name="inc-3-api-down"))["channel"]["id"]
    await client.chat_postMessage(channel=room, text="Welcome")
    item = page.locator("[data-testid=channel-item][data-channel=inc-3-api-down]")
    await expect(item).to_have_count(0)

    await client.conversations_invite(channel=room, users=ANN)
    await client.conversations_setTopic(channel=room, topic="API down")
    await item.click()
    await expect(page.get_by_text("Welcome")).to_be_visible()
    await expect(page.get_by_text("API down", exact=True)).to_be_visible()
    await send(page, "I am here")
    await expect(page.get_by_text("I am here")).to_be_visible()

    await client.conversations_archive(channel=room)
    await expect(item).to_have_class("channel-item archived")
    await send(page, "Too late")
    await expect(page.get_by_test_id("toast")).to_contain_text("This channel is archived")

    await become(page, "Ben")
    await expect(item).to_have_count(0)
    await expect(composer(page)).to_have_attribute("placeholder", re.compile("^Write to #deploys as Ben"))


async def test_a_report_is_read_on_the_page_and_downloaded(page: Page, box: Box, tmp_path: Path) -> None:
    report = "# Incident 3\n\n- rolled back ✅\n"
    await box.toy.client.files_upload_v2(
        filename="incident-3.md", content=report.encode(), title="Incident 3: API down", channel=CHANNEL
    )
    await expect(page.get_by_test_id("file")).to_contain_text("rolled back")

    async with page.expect_download() as downloading:
        await page.get_by_test_id("file-download").click()
    download = await downloading.value

    assert download.suggested_filename == "incident-3.md"
    await download.save_as(tmp_path / "report.md")
    assert (tmp_path / "report.md").read_text("utf-8") == report
