"""One card a run, edited in place, whatever Slack does and whenever the bot dies."""

import asyncio

from bot.db.runs_store import Note
from bot.engine.states import RunState
from tests.bot.integrations.slack.conftest import DEPLOYS
from tests.bot.pipelines._world import ANN, NOON


async def test_a_run_gets_one_card_and_every_change_edits_it(desk):
    run_id = await desk.a_run()
    await desk.flush(3)
    (card,) = desk.cards
    for title in ("List pets by age", "List pets by name"):
        await desk.runs.set(run_id, sha="a" * 40, commit_title=title)
        await desk.flush(3)
        assert title in card.everything
    assert desk.ws.updates.posts == 1
    assert desk.ws.updates.edits == {card.ts: 2}


async def test_what_has_not_changed_is_not_sent_again(desk):
    await desk.a_run()
    await desk.flush(2)
    calls = dict(desk.ws.updates.calls)
    await desk.flush(5)
    assert desk.ws.updates.calls == calls


async def test_many_changes_within_an_interval_are_one_edit_showing_the_newest(desk):
    run_id = await desk.a_run()
    await desk.flush()
    for number in range(10):
        await desk.runs.set(run_id, sha="a" * 40, commit_title=f"Change number {number}")
        await desk.publisher.flush()
    await desk.flush(2)
    (card,) = desk.cards
    assert "Change number 9" in card.everything
    assert desk.ws.updates.edits[card.ts] <= 2


async def test_a_card_is_not_edited_twice_within_the_interval(desk):
    run_id = await desk.a_run()
    await desk.publisher.flush()
    await desk.runs.set(run_id, sha="a" * 40)
    assert await desk.publisher.flush() == 1.0
    assert desk.ws.updates.edits == {}
    await desk.clock.sleep(1.0)
    await desk.publisher.flush()
    assert sum(desk.ws.updates.edits.values()) == 1


async def test_retry_after_is_honoured_to_the_second(desk):
    await desk.a_run()
    desk.ws.faults.set("slack.answers", "429")
    await desk.publisher.flush()
    desk.ws.faults.set("slack.answers", "normal")
    await desk.publisher.flush()
    assert desk.clock.slept == [1.0]
    assert len(desk.cards) == 1


async def test_while_slack_is_down_the_pauses_grow_and_afterwards_the_card_is_there_once(desk):
    run_id = await desk.a_run()
    desk.ws.faults.set("slack.answers", "down")
    for _ in range(8):
        await desk.publisher.flush()
    assert desk.clock.slept == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]
    await desk.runs.set(run_id, sha="a" * 40, commit_title="Newest look")
    desk.ws.faults.set("slack.answers", "normal")
    await desk.flush(4)
    (card,) = desk.cards
    assert "Newest look" in card.everything


async def test_after_a_lost_answer_the_message_is_found_by_its_key_and_not_posted_twice(desk):
    run_id = await desk.a_run()
    desk.reborn(hurried=True)
    desk.ws.faults.slow_seconds = 0.4
    desk.ws.faults.set("slack.answers", "slow")
    await desk.publisher.flush()
    assert len(desk.cards) == 1
    assert (await desk.posts.card(run_id)).ts == ""

    desk.ws.faults.set("slack.answers", "normal")
    desk.reborn()
    await desk.flush(4)
    assert len(desk.cards) == 1
    assert (await desk.posts.card(run_id)).ts == desk.cards[0].ts
    assert await desk.posts.due() == ()


async def test_a_message_is_found_behind_hundreds_of_others(desk):
    run_id = await desk.a_run()
    await desk.publisher.flush()
    for number in range(120):
        await desk.ws.say(ANN, DEPLOYS, f"chatter {number}")
    await desk.posts.landed(f"run:{run_id}:card", channel=DEPLOYS, ts="", revision=0)
    desk.reborn()
    await desk.flush(3)
    assert desk.ws.updates.posts == 1


async def test_a_deleted_card_is_posted_anew_once(desk):
    run_id = await desk.a_run()
    await desk.flush(2)
    desk.ws.state.remove(desk.cards[0])
    await desk.flush(3)
    assert desk.cards == []
    await desk.runs.set(run_id, sha="a" * 40)
    await desk.flush(5)
    (card,) = desk.cards
    assert (await desk.posts.card(run_id)).ts == card.ts
    assert desk.ws.updates.posts == 2


async def test_a_note_waits_for_its_card_and_goes_into_its_thread(desk):
    run_id = await desk.a_run()
    await desk.runs.move(run_id, RunState.FAILED, at=NOON, actor=ANN, note=Note("note", "boom\nexit 1"))
    desk.ws.faults.set("slack.answers", "down")
    await desk.publisher.flush()
    desk.ws.faults.set("slack.answers", "normal")
    await desk.flush(4)
    (card,) = desk.cards
    (note,) = desk.ws.thread(DEPLOYS, card.ts)
    assert "exit 1" in note.everything


async def test_a_note_whose_answer_was_lost_is_found_in_the_thread(desk):
    run_id = await desk.a_run()
    await desk.flush(2)
    await desk.runs.move(run_id, RunState.FAILED, at=NOON, actor=ANN, note=Note("note", "boom"))
    await desk.flush(3)
    await desk.posts.landed("note", channel=DEPLOYS, ts="", revision=0)
    desk.reborn()
    await desk.flush(3)
    assert len(desk.ws.thread(DEPLOYS, desk.cards[0].ts)) == 1


async def test_an_absence_is_told_in_the_channel_once(desk):
    body = f"{NOON.isoformat()} {NOON.replace(hour=13).isoformat()}"
    await desk.posts.owe("away:1", kind="notice", channel=DEPLOYS, body=body, at=NOON)
    await desk.flush(3)
    assert len(desk.cards) == 1


async def test_a_message_slack_refuses_holds_nobody_else_up(desk):
    await desk.a_run("trigger:1", channel="C0NOWHERE01")
    await desk.a_run("trigger:2")
    await desk.flush(3)
    assert len(desk.cards) == 1
    assert desk.ws.updates.calls["chat.postMessage"] == 2


async def test_only_the_leading_replica_speaks(desk):
    await desk.a_run()
    desk.leading = False
    assert await desk.publisher.flush() is None
    assert desk.cards == []


async def test_a_change_wakes_the_publisher_at_once(desk):
    await desk.publisher.flush()
    turning = asyncio.create_task(desk.publisher.turn())
    await desk.a_run()
    desk.publisher.changed()
    await asyncio.wait_for(turning, 0.9)
    await desk.publisher.flush()
    assert len(desk.cards) == 1
