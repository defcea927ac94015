"""Reactions are read, never believed from events; trouble in Slack changes nothing that was said."""

import pytest

from bot.engine.consent import Via, Voice
from bot.engine.reasons import Reason
from bot.engine.states import RunState, StepName, StepState
from bot.errors import VendorRejected, VendorUnavailable
from bot.pipelines.reconcile import reconcile
from tests.bot.pipelines._asking import DEPLOYS, NO, AskingWorld, Left, asking_project
from tests.bot.pipelines._world import ANN, BEN, CLEO

OTTO = "U0OTTOOUT01"


@pytest.fixture
def world(fresh_database):
    return AskingWorld(fresh_database, asking_project())


async def said(world) -> dict[str, tuple[str, str]]:
    """Voice and reaction of everybody known."""
    voices = await world.kit.consents.voices(world.run_id)
    return {one.user: (one.voice.value, one.reacted.value) for one in voices}


async def look(world):
    return await reconcile(world.kit, world.run_id)


async def test_a_reaction_is_a_voice_once_however_often_it_is_read(world):
    await world.asked()
    world.slack.react(BEN)
    assert await look(world) == {BEN: Voice.APPROVE}
    once = await world.now()
    assert await look(world) == {BEN: Voice.APPROVE}
    again = await world.now()
    assert [(vote.user, vote.via) for vote in again.asking.votes] == [(BEN, Via.REACTION)]
    assert again.revision == once.revision


async def test_a_reaction_taken_away_withdraws_whatever_approval_there_was(world):
    run = await world.asked()
    await world.voices.approve(run.id, run.asking.binding, BEN)
    world.slack.react(BEN)
    await look(world)
    world.slack.unreact(BEN)
    await look(world)
    assert await said(world) == {BEN: ("none", "none")}


async def test_added_and_removed_between_two_looks_says_nothing(world):
    run = await world.asked()
    await world.voices.approve(run.id, run.asking.binding, BEN)
    world.slack.react(BEN)
    world.slack.unreact(BEN)
    assert await look(world) == {}
    assert await said(world) == {BEN: ("approve", "none")}


async def test_who_reacts_yes_and_no_rejects_and_is_asked_why(world):
    await world.asked()
    world.slack.react(BEN)
    world.slack.react(BEN, NO)
    await look(world)
    assert await said(world) == {BEN: ("reject", "reject")}
    assert await world.owed("why") == [f"run:{world.run_id}:why:{BEN}"]


@pytest.mark.parametrize(("user", "why"), [(ANN, "Own"), (OTTO, "NoRole"), (BEN, "Over")])
async def test_who_does_not_count_is_noted_and_told_why_once(world, user, why):
    run = await world.asked()
    if why == "Over":
        world.clock.at = run.asking.expires_at
    for _ in range(2):
        world.slack.react(user)
        await look(world)
        world.slack.unreact(user)
        await look(world)
    told = [post for post in await world.kit.posts.due() if post.kind == "uncounted"]
    assert [post.body for post in told] == [f"{user} {why}"]
    assert await said(world) == {user: ("none", "none")}


async def test_who_gets_the_role_after_reacting_has_not_voted_by_that(world):
    await world.asked()
    world.slack.react(OTTO)
    await look(world)
    world.people.holders["approver"].add(OTTO)
    await look(world)
    assert await said(world) == {OTTO: ("none", "approve")}


async def test_slack_away_changes_nothing_and_the_word_is_taken_later(world):
    await world.asked()
    world.slack.react(BEN)
    await look(world)
    world.slack.unreact(BEN)
    world.slack.before["on"] = [VendorUnavailable("Slack", "reading reactions")]
    with pytest.raises(VendorUnavailable):
        await look(world)
    assert await said(world) == {BEN: ("approve", "approve")}
    await look(world)
    assert await said(world) == {BEN: ("none", "none")}


async def test_a_reaction_whose_role_cannot_be_read_stays_unheard_until_it_can(world):
    await world.asked()
    world.slack.react(BEN)
    world.people.before["allowed"] = [VendorUnavailable("Slack", "listing a group")]
    with pytest.raises(VendorUnavailable):
        await look(world)
    assert await said(world) == {}
    await look(world)
    assert await said(world) == {BEN: ("approve", "approve")}


async def test_any_other_refusal_of_slack_is_not_taken_for_a_deleted_card(world):
    await world.asked()
    world.slack.before["on"] = [VendorRejected("Slack", "reading reactions", detail="not_in_channel")]
    with pytest.raises(VendorRejected):
        await look(world)
    assert (await world.kit.posts.card(world.run_id)).ts == world.slack.ts


async def test_a_deleted_card_is_owed_anew_keeps_votes_and_absorbs_nothing_of_theirs(world):
    run = await world.asked()
    await world.voices.approve(run.id, run.asking.binding, BEN)
    world.slack.delete()
    assert await look(world) is None
    assert (await world.kit.posts.card(run.id)).ts == ""
    assert await look(world) is None  # nothing to read until it is there

    await world.post()
    world.slack.react(CLEO)  # before anybody looked at the new card
    assert await look(world) == {CLEO: Voice.APPROVE}
    assert await said(world) == {BEN: ("approve", "none"), CLEO: ("none", "approve")}
    assert len(await world.owed("early")) == 1


async def test_reactions_of_before_the_card_asked_are_absorbed_and_told_once(world):
    await world.request()
    await world.post()
    world.slack.react(BEN)
    await world.until_consent()
    world.clock.then(0, world.post)
    world.clock.then(3, world.leave)
    with pytest.raises(Left):
        await world.step(StepName.CONSENT)
    assert await said(world) == {BEN: ("none", "approve")}
    assert len(await world.owed("early")) == 1


async def test_a_no_in_line_ends_the_run_and_a_yes_does_not(world):
    run = await world.asked()
    await world.get_in_line()
    world.slack.react(BEN)
    await look(world)
    assert (await world.now()).state is RunState.WAITING
    world.slack.react(CLEO, NO)
    await world.voices.reacted(DEPLOYS, world.slack.ts)
    ended = await world.now()
    assert (ended.state, ended.reason) == (RunState.REFUSED, Reason.REJECTED)
    assert ended.step(StepName.LINE).state is StepState.FAILED
    assert await world.step(StepName.LINE) == "stopped"
    assert world.vendor.calls.count("start") == 0
    assert await world.owed("why") == [f"run:{run.id}:why:{CLEO}"]


async def test_a_card_that_is_decided_hears_nobody(world):
    await world.asked()
    world.slack.react(CLEO, NO)
    await look(world)
    assert await world.step(StepName.CONSENT) == "stopped"
    world.slack.react(BEN)
    assert await look(world) is None
    assert BEN not in await said(world)
