"""What breaks while people work: Slack, the bot, the card. No tick is lost or half made."""

import asyncio

import pytest
import pytest_asyncio

from sandbox.workspace import payloads
from sandbox.workspace.choices import action_of
from tests.faults.kill_switch import KillableSandbox
from tests.flows.driver import ANN, BEN, CLEO, PATIENCE
from tests.flows.incidents import OPS, incidents, press

pytestmark = pytest.mark.asyncio(loop_scope="module")

CHECKS = """
title: Checks
when: People tick.
steps:
  - {kind: do, id: first, text: Look at the first thing.}
  - {kind: do, id: second, text: Look at the second thing.}
  - {kind: do, id: third, text: Look at the third thing.}
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory):
    folder = tmp_path_factory.mktemp("playbooks")
    (folder / "checks.yaml").write_text(CHECKS, "utf-8")
    section = {"playbooks": str(folder)}
    state = tmp_path_factory.mktemp("incidents-faults")
    async with incidents(state, box=KillableSandbox, incidents=section) as made:
        yield made


async def test_the_bot_killed_between_a_tick_and_its_card_draws_it_once_it_is_back(desk):
    card = await desk.opened("checks before the kill")
    await desk.drawn(card)
    desk.box.switch.arm("POST chat.update", when="before")
    await desk.ticked(card, "first", user=ANN)
    await desk.ws.until(lambda: desk.box.switch.fired and not desk.box.bot_running, PATIENCE)
    assert f"by <@{ANN}> at" not in card.everything
    await desk.again()

    await desk.shows(card, "1 of 3 steps", f"by <@{ANN}> at")
    assert [one.by for one in desk.entries(card, "tick")] == [ANN]
    assert len([one for one in desk.ws.messages(OPS) if "before the kill" in one.everything]) == 1


async def test_the_bot_killed_while_the_card_is_first_posted_posts_it_once(desk):
    before = desk.there()
    desk.box.switch.arm("POST chat.postMessage", when="after")
    said = asyncio.create_task(desk.ws.say(ANN, OPS, "/pawincident open checks killed at birth"))
    await desk.ws.until(lambda: desk.box.switch.fired and not desk.box.bot_running, PATIENCE)
    await said
    await desk.again()
    card = await desk.new_card(before)
    await desk.ticked(card, "first", user=BEN)
    await desk.shows(card, "1 of 3 steps")
    assert len([one for one in desk.ws.messages(OPS) if "killed at birth" in one.everything]) == 1


async def test_while_slack_takes_no_edits_a_tick_is_kept_and_the_card_is_right_afterwards(desk):
    card = await desk.opened("checks while Slack is busy")
    await desk.drawn(card)
    desk.box.faults.set("slack.answers", "429")
    await desk.ticked(card, "first", user=ANN)
    await desk.ticked(card, "second", user=BEN)
    await desk.marked(card, first="done", second="done")
    assert "0 of 3 steps" in card.everything
    desk.box.faults.set("slack.answers", "normal")
    text = await desk.shows(card, "2 of 3 steps", f"by <@{ANN}> at", f"by <@{BEN}> at")
    assert text.count(":white_check_mark:") == 2


async def test_what_needs_a_form_while_slack_shows_none_changes_nothing_and_works_afterwards(desk):
    card = await desk.opened("checks to be cleared while Slack is busy")
    await desk.ticked(card, "first", user=ANN)
    await desk.marked(card, first="done")
    await desk.drawn(card)
    desk.box.faults.set("slack.answers", "429")
    await desk.ticked(card, "first", user=BEN, on=False)
    desk.box.faults.set("slack.answers", "normal")
    await desk.changed(card, "first", "take_back", user=CLEO, text="Not done after all")
    await desk.marked(card, first="todo")
    assert [one.by for one in desk.entries(card, "untick")] == [CLEO]


async def test_a_tick_slack_could_not_deliver_was_not_made_and_the_person_is_shown_an_error(desk):
    card = await desk.opened("checks while Slack is down")
    await desk.drawn(card)
    block = desk.block_of(card, press.INCIDENT_TICK, "first")
    desk.box.faults.set("slack.answers", "down")
    said = await desk.ws.tick(ANN, card.channel, card.ts, press.INCIDENT_TICK, block_id=block)
    assert not said.ok
    await desk.ws.until(lambda: desk.ws.link.connections == 0, PATIENCE)
    desk.box.faults.set("slack.answers", "normal")
    await desk.ws.until(lambda: desk.ws.link.connections == 2, PATIENCE)
    await desk.ticked(card, "second", user=BEN)
    text = await desk.shows(card, "1 of 3 steps", f"by <@{BEN}> at")
    assert f"by <@{ANN}> at" not in text


async def test_a_card_that_was_deleted_is_posted_anew_with_every_tick(desk):
    card = await desk.opened("checks and a deleted card")
    await desk.ticked(card, "first", user=ANN)
    await desk.marked(card, first="done")
    await desk.drawn(card)
    before = desk.there()
    desk.ws.delete(OPS, card.ts)
    number = desk.number(card)
    assert (await desk.ws.say(BEN, OPS, f"/pawincident update {number} The card is gone")).ok
    new = await desk.new_card(before)
    assert desk.number(new) == number
    await desk.shows(new, "1 of 3 steps", f"by <@{ANN}> at", "The card is gone")
    await desk.ticked(new, "second", user=CLEO)
    await desk.shows(new, "2 of 3 steps")


async def test_slack_limits_and_doubles_make_no_second_tick(desk):
    desk.box.faults.set("slack.delivery", "duplicate")
    card = await desk.opened("checks told twice")
    await desk.ticked(card, "first", user=ANN)
    await desk.marked(card, first="done")
    assert (await desk.ws.say(ANN, OPS, f"/pawincident note {desk.number(card)} Once is enough")).ok
    await desk.polled(lambda: desk.entries(card, "note"))
    await desk.drawn(card)
    assert len(desk.entries(card, "tick")) == 1
    assert len(desk.entries(card, "note")) == 1
    assert desk.rows("SELECT count(*) FROM incidents WHERE headline = 'told twice'") == [(1,)]


async def test_a_branch_that_was_taken_back_refuses_what_an_old_screen_presses(desk):
    card = await desk.opened("api-down an old screen")
    await desk.chosen(card, "which", "code", user=ANN)
    (page, element) = next(iter(desk.controls(card, "lock")))
    await desk.changed(card, "which", "take_back", user=ANN, text="It is Redis")
    await desk.marked(card, which="todo")
    stale = {**element}
    refused = await desk.whispered(desk_press(desk, page, stale), ANN)
    assert "not there" in refused
    assert desk.rows("SELECT count(*) FROM holds") == [(0,)]


async def desk_press(desk, page, element):
    """Press a button as a screen shows it that was not drawn since."""
    core = desk.ws.core
    action = action_of(element, None, core.state.new_ts())
    await desk.ws.delivery.once("interactive", payloads.message_action(core, ANN, page, action, {}))
