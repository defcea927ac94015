"""Reactions, pictures and direct messages on the page, as the people they are for see them."""

import base64

import pytest
from playwright.async_api import Page, expect

from tests.browser.acts import become, heard
from tests.browser.conftest import Box
from tests.browser.toy import CHANNEL

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),  # one browser serves the whole file
]
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg=="
)
"""A PNG of one pixel."""


async def test_reactions_are_added_from_the_picker_and_taken_back_by_a_click(page: Page, box: Box) -> None:
    await box.toy.post("Approve me")
    message = page.get_by_test_id("message")
    await message.hover()
    await message.get_by_test_id("add-reaction").click()
    await page.locator("[data-testid=pick-reaction][data-reaction=white_check_mark]").click()
    await heard(box, "reaction", "white_check_mark")
    reaction = page.get_by_test_id("reaction")
    await expect(reaction).to_have_attribute("aria-pressed", "true")
    await become(page, "Ben")
    await expect(reaction).to_have_attribute("aria-pressed", "false")
    await reaction.click()
    await expect(reaction).to_contain_text("2Ann, Ben")
    await reaction.click()
    await expect(reaction).to_contain_text("1Ann")


async def test_answers_stand_under_the_bots_messages_one_click_away(page: Page, box: Box) -> None:
    await box.toy.post("Approve me")
    offers = page.get_by_test_id("offer-reaction")
    await expect(offers).to_have_count(4)
    await page.locator("[data-testid=offer-reaction][data-reaction='+1']").click()
    await heard(box, "reaction", "+1")
    reaction = page.get_by_test_id("reaction")
    await expect(reaction).to_contain_text("1Ann")
    await expect(offers).to_have_count(3)
    await reaction.click()
    await expect(reaction).to_have_count(0)
    await expect(offers).to_have_count(4)


async def test_a_skin_tone_is_drawn_and_counted_apart(page: Page, box: Box) -> None:
    ts = await box.toy.post("Approve me")
    await box.workspace.react("U0BENAPP001", CHANNEL, ts, "+1::skin-tone-4")
    reaction = page.get_by_test_id("reaction")
    await expect(reaction.locator("svg")).to_be_visible()
    await expect(reaction).to_contain_text("1Ben")


async def test_a_picture_in_a_thread_is_shown_with_its_words(page: Page, box: Box) -> None:
    ts = await box.toy.post("Deploying")
    await box.toy.client.files_upload_v2(
        filename="rate.png",
        content=PIXEL,
        title="Errors a minute",
        alt_txt="Errors rise at noon",
        channel=CHANNEL,
        thread_ts=ts,
    )
    await page.get_by_test_id("replies").click()
    picture = page.get_by_test_id("file-picture")
    await expect(picture).to_contain_text("Errors a minute")
    image = picture.get_by_role("img", name="Errors rise at noon")
    await expect(image).to_be_visible()
    assert await image.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1


async def test_direct_messages_are_marked_unread_for_their_person_until_read(page: Page, box: Box) -> None:
    await box.toy.client.chat_postMessage(channel="U0BENAPP001", text="Your approval is wanted")
    marks = page.get_by_test_id("person-unread")
    await expect(marks).to_have_text("1")
    await page.reload()
    await expect(marks).to_have_text("1")
    await become(page, "Ben")
    direct = page.locator("[data-channel-id=D0BENAPP001]")
    await expect(direct).to_contain_text("1")
    await direct.click()
    await expect(page.get_by_test_id("message-body")).to_have_text("Your approval is wanted")
    await become(page, "Ann")
    await expect(page.get_by_test_id("message")).to_have_count(0)
    await expect(marks).to_have_count(0)
    await expect(direct).to_have_count(0)
