"""The sandbox's page in a real browser: what a person does there reaches the app, what the app does shows."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.acts import become, composer, heard, send
from tests.browser.conftest import Box
from tests.browser.toy import CHANNEL, GALLERY, card

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="module"),  # one browser serves the whole file
]


async def test_an_empty_channel_says_what_to_type_and_writes_it(page: Page, box: Box) -> None:
    await expect(page.get_by_test_id("first-run-hint")).to_contain_text("/pawdeploy staging")
    await page.get_by_test_id("try-first").click()
    await expect(composer(page)).to_have_value("/pawdeploy staging")
    await composer(page).press("Enter")
    await expect(page.get_by_test_id("message")).to_contain_text("Deploying a1b2c3d to staging")
    assert box.toy.heard == [("command", ("U0ANNREQ001", "staging"))]
    await expect(page.get_by_test_id("first-run-hint")).to_have_count(0)


async def test_a_card_changes_in_place_and_is_marked_edited(page: Page, box: Box) -> None:
    ts = await box.toy.post("Deploying", blocks=card())
    message = page.locator(f'[data-testid=message][data-ts="{ts}"]')
    await expect(message).to_contain_text("Deploying")
    await expect(message.locator("[data-emoji=large_green_circle]")).to_have_count(5)
    await box.toy.client.chat_update(channel=CHANNEL, ts=ts, text="Deployed", blocks=card("Deployed"))
    await expect(message).to_contain_text("Deployed a1b2c3d")
    await expect(message.get_by_test_id("edited")).to_be_visible()
    await expect(page.get_by_test_id("message")).to_have_count(1)
    await box.toy.client.chat_delete(channel=CHANNEL, ts=ts)
    await expect(page.get_by_test_id("message")).to_have_count(0)


async def test_buttons_reach_the_app_and_dangerous_ones_ask_first(page: Page, box: Box) -> None:
    await box.toy.post("Deploying", blocks=card())
    await page.locator("[data-action-id=run_cancel]").click()
    await expect(page.get_by_test_id("confirm")).to_contain_text("Cancel this run?")
    await page.get_by_test_id("confirm-deny").click()
    assert box.toy.heard == []
    await page.locator("[data-action-id=run_cancel]").click()
    await page.get_by_test_id("confirm-yes").click()
    await heard(box, "run_cancel", "cancel-12")
    await page.locator("[data-action-id=run_retry]").click()
    await heard(box, "run_retry", "retry-12")
    await expect(page.get_by_test_id("message")).to_contain_text("Retrying")
    link = page.locator("[data-action-id=open_deployment]")
    await expect(link).to_have_attribute("href", "http://127.0.0.1:9/deployment")
    await expect(link).to_have_attribute("rel", "noopener noreferrer")


async def test_menus_and_boxes_reach_the_app(page: Page, box: Box) -> None:
    await box.toy.post("Deploying", blocks=card())
    await box.toy.post("Every block", blocks=GALLERY)
    await expect(page.get_by_test_id("message")).to_have_count(2)  # what arrives moves what is there
    await page.locator("[data-action-id=more]").click()
    await expect(page.get_by_test_id("menu")).to_be_visible()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await heard(box, "more", "sha")
    await page.locator("[data-action-id=pick_env]").select_option("production")
    await heard(box, "pick_env", "production")
    await page.get_by_label("Migrations").check()
    await heard(box, "boxes", ["migrations"])
    await page.get_by_label("Later").check()
    await heard(box, "radio", "later")


async def test_text_is_drawn_as_slack_draws_it(page: Page, box: Box) -> None:
    await box.toy.post("Every block", blocks=GALLERY)
    body = page.get_by_test_id("message-body")
    for tag, text in (("strong", "bold"), ("em", "italic"), ("s", "gone"), ("blockquote", "a quote")):
        await expect(body.locator(tag).filter(has_text=text).first).to_be_visible()
    for text in ("@Ben Aprile", "@approvers", "#general", "1 < 2 & 3", "2023-11-1", "snake_case_name 2*3*4"):
        await expect(body).to_contain_text(text)
    await expect(body.locator("pre")).to_have_text("two\n  lines")
    await expect(body.get_by_role("link", name="a link")).to_have_attribute(
        "href", "https://example.com/a?b=1&c=2"
    )
    await expect(body.locator("img")).to_have_count(0)  # nothing is fetched from outside
    await expect(body.get_by_text("a cat")).to_be_visible()


async def test_a_links_label_that_is_an_address_makes_no_link_within_the_link(page: Page, box: Box) -> None:
    await box.toy.post("Live at <https://example.com/a|https://example.com/a>.")
    await expect(page.get_by_role("link", name="https://example.com/a")).to_have_count(1)


@pytest.mark.parametrize(
    "text", ["<img src=x onerror=alert(1)>", "*<script>alert(1)</script>*", "<javascript:alert(1)|click me>"]
)
async def test_what_people_and_apps_write_stays_text(page: Page, box: Box, text: str) -> None:
    await send(page, text)
    await expect(page.get_by_test_id("message-body").last).to_contain_text(text.strip("*"))
    await box.toy.post(text)
    await expect(page.get_by_test_id("message")).to_have_count(2)
    assert await page.locator(".message-body :is(img, script, a)").count() == 0


@pytest.mark.parametrize(
    "text", ["*" + "<https://a.b|c> `d` " * 150, "*_~" * 1300, "a\n" * 2000, "`<" * 1900]
)
async def test_long_and_odd_text_does_not_stop_the_page(page: Page, box: Box, text: str) -> None:
    await box.toy.post(text)
    await box.toy.post("still here")
    await expect(page.get_by_test_id("message-body").last).to_have_text("still here")
    await expect(composer(page)).to_be_in_viewport()


async def test_a_thread_opens_beside_takes_replies_and_counts_them(page: Page, box: Box) -> None:
    ts = await box.toy.post("Deploying")
    await page.get_by_test_id("message").hover()
    await page.get_by_test_id("reply-in-thread").click()
    panel = page.get_by_test_id("thread-panel")
    await panel.get_by_test_id("thread-input").fill("why?")
    await panel.get_by_test_id("thread-input").press("Enter")
    await expect(panel.get_by_test_id("message")).to_have_count(2)
    await box.toy.post("Because.", thread_ts=ts)
    await expect(panel.get_by_test_id("message").last).to_contain_text("Because.")
    await expect(page.get_by_test_id("replies")).to_have_text("2 replies")
    await page.get_by_test_id("thread-close").click()
    await expect(panel).to_be_hidden()
    await expect(page.get_by_test_id("message")).to_have_count(1)


async def test_a_reply_that_stands_in_the_channel_too_says_so_and_opens_its_thread(
    page: Page, box: Box
) -> None:
    ts = await box.toy.post("Deploying")
    await box.toy.post("Only here.", thread_ts=ts)
    await box.toy.post("Everybody look.", thread_ts=ts, reply_broadcast=True)
    await expect(page.get_by_test_id("message")).to_have_count(2)
    await expect(page.get_by_test_id("message").last).to_contain_text("Everybody look.")
    await page.get_by_test_id("broadcast").click()
    panel = page.get_by_test_id("thread-panel")
    await expect(panel.get_by_test_id("message")).to_have_count(3)
    await expect(panel.get_by_test_id("broadcast")).to_have_count(0)
    await page.reload()
    await expect(page.get_by_test_id("broadcast")).to_have_text("replied to a thread")


async def test_a_closed_channel_says_why_nothing_is_written(page: Page, box: Box) -> None:
    await page.locator("[data-testid=channel-item][data-channel=alerts]").click()
    box.faults.set("slack.alerts", "archived")
    await send(page, "hello?")
    await expect(page.get_by_text("This channel is archived: nothing can be written here.")).to_be_visible()


async def test_only_the_person_meant_sees_an_ephemeral_message(page: Page, box: Box) -> None:
    await send(page, "/pawdeploy secret")
    await expect(page.get_by_test_id("only-you")).to_have_text("Only visible to you")
    await become(page, "Otto")
    await expect(page.get_by_test_id("first-run-hint")).to_be_visible()
    await become(page, "Ann")
    await expect(page.get_by_test_id("message")).to_contain_text("Just for you.")


async def test_a_form_opens_complains_submits_and_closes(page: Page, box: Box) -> None:
    await send(page, "/pawdeploy")
    modal = page.get_by_test_id("modal")
    await expect(modal).to_be_visible()
    await page.get_by_test_id("modal-submit").click()
    await expect(modal.get_by_test_id("block-error").first).to_have_text(
        "Please complete this required field."
    )
    await modal.get_by_label("Environment").select_option("staging")
    await modal.get_by_label("Branch, tag or commit").fill("nope")
    await page.get_by_test_id("modal-submit").click()
    await expect(modal.get_by_test_id("block-error").nth(1)).to_have_text("There is no branch called nope.")
    await modal.get_by_label("Branch, tag or commit").fill("main")
    await modal.get_by_label("Tonight").check()
    await page.get_by_test_id("modal-submit").click()
    await expect(modal).to_have_count(0)
    assert ("when", "tonight") in box.toy.heard
    assert box.toy.heard[-1] == ("form", ("staging", "main"))


async def test_escape_closes_a_form_and_a_reload_keeps_it(page: Page, box: Box) -> None:
    await send(page, "/pawdeploy")
    await page.get_by_test_id("modal").wait_for()
    await page.reload()
    await page.get_by_test_id("modal").wait_for()
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("modal")).to_have_count(0)
    assert box.workspace.view("U0ANNREQ001") is None


async def test_commands_complete_by_keyboard(page: Page, box: Box) -> None:
    box_ = composer(page)
    await box_.press_sequentially("/paw")
    await expect(page.get_by_test_id("completion")).to_have_count(1)
    await box_.press("Enter")
    await expect(box_).to_have_value("/pawdeploy ")
    await box_.press_sequentially("st")
    await expect(page.get_by_test_id("completion")).to_have_text(["staging", "staging --dry-run", "status"])
    await box_.press("ArrowDown")
    await box_.press("ArrowDown")
    await box_.press("Tab")
    await expect(box_).to_have_value("/pawdeploy staging --dry-run")
    await box_.fill("/pawdeploy sta")
    await box_.press("Escape")
    await expect(page.get_by_test_id("completions")).to_be_hidden()
    await box_.fill("/pawdeploy staging")
    await box_.press("Enter")  # whole words are sent as they stand, whatever else they could become
    await heard(box, "command", ("U0ANNREQ001", "staging"))
    await expect(box_).to_have_value("")
    await box_.press("ArrowUp")
    await expect(box_).to_have_value("/pawdeploy staging")


async def test_a_command_that_fails_is_told_in_the_channel(page: Page, box: Box) -> None:
    await send(page, "/pawdeplpy staging")
    await expect(page.get_by_test_id("message")).to_contain_text("/pawdeplpy is not a valid command.")


async def test_who_one_is_shows_and_speaks(page: Page, box: Box) -> None:
    await become(page, "Otto")
    await expect(composer(page)).to_have_attribute("placeholder", re.compile("as Otto Outis"))
    await send(page, "hello")
    await expect(page.get_by_test_id("message")).to_contain_text("Otto Outis")
    await page.reload()  # the address remembers who and where
    await expect(page.get_by_test_id("person-switcher")).to_have_attribute("data-user-id", "U0OTTOOUT01")


async def test_a_narrow_window_still_has_room_to_write(page: Page, box: Box) -> None:
    await page.set_viewport_size({"width": 900, "height": 700})
    await box.toy.post("Deploying", blocks=card())
    await expect(page.locator("[data-action-id=run_retry]")).to_be_in_viewport()
    await expect(composer(page)).to_be_in_viewport()
    assert await page.evaluate("document.documentElement.scrollWidth") == 900


async def test_other_channels_show_what_is_unread(page: Page, box: Box) -> None:
    general = page.locator("[data-testid=channel-item][data-channel=general]")
    await box.workspace.say("U0BENAPP001", "C0GENERAL01", "lunch?")
    await expect(general).to_contain_text("1")
    await general.click()
    await expect(page.get_by_test_id("message")).to_contain_text("lunch?")
    await expect(general).not_to_contain_text("1")


async def test_the_drawer_turns_knobs_and_puts_them_back(page: Page, box: Box) -> None:
    await page.get_by_test_id("faults-toggle").click()
    await page.locator("[data-knob='railway.answers']").select_option("503")
    await expect(page.get_by_test_id("faults-toggle")).to_contain_text("1")
    assert box.faults.get("railway.answers") == "503"
    box.faults.set("github.checks", "red")  # turned elsewhere: shown here
    await expect(page.locator("[data-knob='github.checks']")).to_have_value("red")
    await page.get_by_test_id("faults-reset").click()
    await expect(page.get_by_test_id("faults-reset")).to_be_disabled()
    assert [box.faults.get(name) for name in ("railway.answers", "github.checks")] == ["normal", "green"]
    await page.locator("[data-knob='railway.answers']").press("Escape")
    await expect(page.get_by_test_id("faults-drawer")).to_be_hidden()


async def test_a_bot_that_is_down_is_said_and_can_be_brought_back(page: Page, box: Box) -> None:
    state = page.get_by_test_id("bot-state")
    await expect(state).to_have_attribute("data-state", "running")
    await page.get_by_test_id("faults-toggle").click()
    await page.get_by_test_id("bot-kill").click()
    await expect(state).to_have_attribute("data-state", "killed")
    await expect(page.get_by_test_id("bot-banner")).to_contain_text("Bot killed")
    await page.get_by_test_id("banner-restart").click()
    await expect(state).to_have_attribute("data-state", "running")
    await expect(page.get_by_test_id("bot-banner")).to_have_count(0)


async def test_the_news_comes_back_after_the_line_was_cut(page: Page, box: Box) -> None:
    box.workspace.feed.end()  # every event stream ends, as when the server went away
    await box.toy.post("Posted meanwhile")
    await expect(page.get_by_test_id("message")).to_contain_text("Posted meanwhile")
    await box.toy.post("Posted after")
    await expect(page.get_by_test_id("message").last).to_contain_text("Posted after")
    await expect(page.get_by_test_id("link-banner")).to_have_count(0)
