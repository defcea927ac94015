"""Everything people say, give, skip, take back and put off: on the card, on the timeline, heard once."""

import asyncio

import pytest
import pytest_asyncio

from tests.flows.driver import ANN, BEN, CLEO, GENERAL, PATIENCE
from tests.flows.incidents import OPS, incidents, press

pytestmark = pytest.mark.asyncio(loop_scope="module")

CHECKS = """
title: Checks
when: People tick.
severity: sev2
roles:
  - {name: scribe, does: Writes.}
steps:
  - {kind: do, id: first, text: Look at the first thing.}
  - {kind: do, id: second, text: Look at the second thing., owner: scribe}
  - {kind: do, id: third, text: Look at the third thing.}
  - kind: decide
    id: which
    text: Which way?
    choices:
      - {id: left, text: Left, opens: left}
      - {id: right, text: Right}
branches:
  left:
    - {kind: do, id: far, text: Go far to the left.}
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory):
    folder = tmp_path_factory.mktemp("playbooks")
    (folder / "checks.yaml").write_text(CHECKS, "utf-8")
    section = {"playbooks": str(folder), "reminders": {"sev1": 60, "sev2": 0, "sev3": 0}}
    async with incidents(tmp_path_factory.mktemp("incidents-people"), incidents=section) as made:
        yield made


async def test_two_who_tick_two_steps_at_once_both_succeed(desk):
    card = await desk.opened("checks two at once")
    await asyncio.gather(desk.ticked(card, "first", user=ANN), desk.ticked(card, "second", user=BEN))
    await desk.marked(card, first="done", second="done")
    text = await desk.drawn(card)
    assert f"by <@{ANN}>" in text
    assert f"by <@{BEN}>" in text
    assert "2 of 4 steps" in text


async def test_of_two_who_tick_the_same_step_the_second_is_told_who_and_when(desk):
    card = await desk.opened("checks the same")
    for user in (ANN, BEN):
        desk.ws.look(user, card.channel, card.ts)
    block = desk.block_of(card, press.INCIDENT_TICK, "first")
    told = len(desk.ws.ephemerals(BEN))

    async def tick(user):
        return await desk.ws.tick(user, card.channel, card.ts, press.INCIDENT_TICK, block_id=block)

    await tick(ANN)
    await desk.marked(card, first="done")
    said = await desk.ws.press(
        BEN, card.channel, card.ts, press.INCIDENT_TICK, ["done"],
        block_id=desk.block_of(card, press.INCIDENT_TICK, "first"),
    )  # fmt: skip
    assert said.ok, said
    heard = await desk.ws.until(lambda: desk.ws.ephemerals(BEN)[told:], PATIENCE)
    assert f"<@{ANN}> did it" in heard[0].everything
    assert "Nothing was changed" in heard[0].everything
    assert [one.by for one in desk.entries(card, "tick")] == [ANN]


async def test_clearing_a_box_asks_why_and_the_answer_is_read_by_everybody(desk):
    card = await desk.opened("checks to be taken back")
    await desk.ticked(card, "first", user=ANN)
    await desk.marked(card, first="done")
    await desk.drawn(card)
    await desk.ticked(card, "first", user=BEN, on=False)
    asks = await desk._read(BEN)
    assert "Look at the first thing" in asks
    assert f"Done by <@{ANN}>" in asks
    empty = await desk.ws.submit(BEN, desk.ws.view(BEN).id, {"text": "   "})
    assert not empty.ok
    assert "text" in empty.errors
    await desk.submit(user=BEN, text="It was the wrong thing")

    await desk.marked(card, first="todo")
    await desk.replied(card, f"<@{BEN}>", "Look at the first thing", "It was the wrong thing")
    await desk.shows(card, "taken back: It was the wrong thing", "0 of 4 steps")
    assert [one.by for one in desk.entries(card, "untick")] == [BEN]


async def test_skipping_asks_why_and_a_decision_taken_back_takes_its_branch_along(desk):
    card = await desk.opened("checks to be skipped")
    refused = await desk.form(card, press.INCIDENT_STEP, user=ANN)
    assert "Say why below" in refused
    none = await desk.ws.submit(ANN, desk.ws.view(ANN).id, {"step": "first", "what": "skip"})
    assert not none.ok
    await desk.submit(user=ANN, step="first", what="skip", text="Nobody has that thing")
    await desk.marked(card, first="skipped")
    await desk.shows(card, "Skipped: Nobody has that thing")
    await desk.replied(card, f"<@{ANN}> skipped", "Nobody has that thing")

    await desk.chosen(card, "which", "left", user=BEN)
    await desk.marked(card, which="done", far="todo")
    await desk.shows(card, "Decided: *Left*", "Go far to the left")
    await desk.ticked(card, "far", user=BEN)
    await desk.marked(card, far="done")
    await desk.changed(card, "which", "take_back", user=BEN, text="It is the other one")
    await desk.ws.until(lambda: "Go far to the left" not in card.everything, PATIENCE)
    await desk.chosen(card, "which", "left", user=BEN)
    await desk.shows(card, "Go far to the left")
    assert [one.step for one in desk.entries(card, "tick")] == ["far"]
    assert len(desk.entries(card, "decided")) == 2


async def test_a_step_is_given_to_somebody_and_noted_on(desk):
    card = await desk.opened("checks to be given")
    await desk.changed(card, "first", "give", user=ANN, owner=CLEO)
    await desk.shows(card, f"for <@{CLEO}>")
    await desk.changed(card, "first", "note", user=ANN, text="It is *behind* the <!channel> &lt;door&gt;")
    text = await desk.shows(card, "behind")
    assert "<!channel>" not in text
    assert "&lt;!channel&gt;" in text
    assert "&amp;lt;door&amp;gt;" in text
    heard = await desk.replied(card, "behind")
    assert "<!channel>" not in heard.everything
    await desk.changed(card, "first", "give", user=ANN)
    await desk.ws.until(lambda: f"for <@{CLEO}>" not in card.everything, PATIENCE)


async def test_roles_severity_and_update_by_command_are_on_the_card_and_in_the_thread(desk):
    card = await desk.opened("checks to be led")
    number = desk.number(card)
    for words in (
        f"role {number} commander me",
        f"role {number} scribe <@{CLEO}>",
        f"severity {number} sev1",
        f"update {number} We are looking at the second thing",
    ):
        await desk.say(f"/pawincident {words}")
    text = await desk.shows(
        card, "SEV1", f"Commander: <@{ANN}>", f"Scribe: <@{CLEO}>", "We are looking at the second thing"
    )
    assert "Next update due" in text
    assert "Take command" not in text
    assert f"for <@{CLEO}>" in text  # the step that is the scribe's
    await desk.replied(card, f"<@{CLEO}> is scribe now")
    await desk.replied(card, "SEV2 → SEV1")
    told = await desk.replied(card, "We are looking at the second thing")
    assert told.broadcast
    kinds = [one.kind for one in desk.entries(card)]
    assert [kinds.count(kind) for kind in ("role", "severity", "update")] == [2, 1, 1]
    for wrong, says in (
        ("severity sev9", "How bad"),
        ("role pilot me", "no such role"),
        ("update", ""),
        ("role commander bob", "Who?"),
    ):
        if says:
            assert says in await desk.say(f"/pawincident {wrong}", channel=OPS)


async def test_by_form_too_and_an_empty_choice_frees_the_role(desk):
    card = await desk.opened("checks to be led by form")
    await desk.fill(card, press.INCIDENT_ROLE, user=ANN, role="commander", who=BEN)
    await desk.shows(card, f"Commander: <@{BEN}>")
    await desk.fill(card, press.INCIDENT_ROLE, user=ANN, role="commander")
    await desk.shows(card, "Take command")
    await desk.fill(card, press.INCIDENT_UPDATE, user=ANN, text="By form")
    await desk.shows(card, "By form")


async def test_a_note_of_four_thousand_characters_is_shown_as_typed_and_calls_nobody(desk):
    card = await desk.opened("checks to be noted on")
    piece = "<!channel> *bold* _it_ ~no~ `code` &lt;b&gt; &amp;lt; @everyone <@U0BENAPP001> "
    note = (piece * 60)[: len(piece) * 48]
    before = len(desk.below(card))
    said = await desk.ws.say(ANN, OPS, f"/pawincident note {note}")
    assert said.ok
    await desk.ws.until(lambda: len(desk.below(card)) > before, PATIENCE)
    heard = desk.below(card)[before:]
    text = "\n".join(one.everything for one in heard)
    assert "<!channel>" not in text
    assert "<@U0BENAPP001>" not in text
    assert "@channel *bold* _it_ ~no~ `code` &lt;b&gt; &amp;lt; @everyone @U0BENAPP001" in text
    (entry,) = desk.entries(card, "note")
    assert entry.words.startswith("@channel *bold* _it_ ~no~ `code` <b> &lt; @everyone @U0BENAPP001 @channel")
    assert len(entry.words) > 3000
    too_long = await desk.say(f"/pawincident note {'x' * 4001}", channel=OPS)
    assert "4,000 are the most" in too_long


async def test_people_are_reminded_to_write_an_update_and_can_put_it_off_or_stop_it(desk):
    card = await desk.opened("checks to be reminded of --severity sev1")
    number = desk.number(card)
    await desk.say(f"/pawincident role {number} commander me")
    await remind(desk, number)
    reminder = await desk.replied(card, "How does it stand?", f"<@{ANN}>")
    assert desk.buttons(reminder) == {press.INCIDENT_UPDATE, press.INCIDENT_SNOOZE, press.INCIDENT_STOP}

    await desk.click(reminder, press.INCIDENT_SNOOZE, user=ANN)
    await desk.polled(lambda: desk.entries(card, "reminder"))
    ((due,),) = desk.rows("SELECT next_update_at FROM incidents WHERE id = ?", number)
    assert due > desk.ago(-800)
    await desk.click(reminder, press.INCIDENT_STOP, user=ANN)
    await desk.polled(lambda: len(desk.entries(card, "reminder")) == 2)
    assert desk.rows("SELECT next_update_at FROM incidents WHERE id = ?", number) == [(None,)]
    await desk.ws.until(lambda: "Next update due" not in card.everything, PATIENCE)

    await desk.fill(reminder, press.INCIDENT_UPDATE, user=ANN, text="Still looking")
    await desk.shows(card, "Still looking", "Next update due")  # an update begins the time anew
    await remind(desk, number)
    await desk.polled(lambda: desk.rows("SELECT reminders FROM incidents WHERE id = ?", number) == [(2,)])


async def remind(desk, number):
    """Have it be time for an update."""
    desk.write("UPDATE incidents SET next_update_at = ? WHERE id = ?", desk.ago(1), number)


async def test_pins_and_the_emoji_put_messages_on_the_timeline_when_they_were_written(desk):
    card = await desk.opened("checks to be talked about")
    thread = {"thread_ts": card.ts}
    assert (await desk.ws.say(BEN, OPS, "The pods restart every minute", **thread)).ok
    assert (await desk.ws.say(CLEO, OPS, "Since the last deploy, I think", **thread)).ok
    said, guess = (one for one in desk.below(card) if one.user in (BEN, CLEO))
    await desk.ticked(card, "first", user=ANN)
    await desk.marked(card, first="done")

    assert (await desk.ws.pin(ANN, OPS, said.ts)).ok
    assert (await desk.ws.react(ANN, OPS, guess.ts, "pushpin")).ok
    assert (await desk.ws.react(BEN, OPS, guess.ts, "eyes")).ok
    await desk.polled(lambda: len(desk.entries(card, "message")) == 2)

    story = [one for one in desk.entries(card) if one.kind in ("message", "tick")]
    assert [one.kind for one in story] == ["message", "message", "tick"]
    assert story[0].words.startswith("The pods restart every minute")
    assert story[0].by == BEN
    assert abs(story[0].at.timestamp() - float(said.ts)) < 0.001
    assert story[0].said_at > story[2].at
    assert (await desk.ws.unreact(ANN, OPS, guess.ts, "pushpin")).ok
    assert (await desk.ws.react(BEN, OPS, guess.ts, "pushpin")).ok  # again: once is enough
    status = await desk.say(f"/pawincident status {desk.number(card)}", channel=GENERAL)
    assert "The pods restart every minute" in status
    assert len(desk.entries(card, "message")) == 2
