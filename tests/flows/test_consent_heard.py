"""What people say is heard whatever Slack does to events; who came too early or too late is told, once."""

import pytest
import pytest_asyncio

from bot.engine.reasons import Reason
from bot.engine.states import RunState
from tests.flows.consenting import APPROVE, CANCEL, NO, calm, consenting
from tests.flows.driver import ANN, BEN, CLEO, OTTO

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory):
    async with consenting(tmp_path_factory.mktemp("heard")) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def desk(shared):
    yield await calm(shared)
    await calm(shared)


@pytest.mark.parametrize("events", ["lost", "twice", "late"])
async def test_reactions_count_once_each_whatever_becomes_of_their_events(desk, events):
    sha, card = await desk.ask()
    desk.box.faults.set("slack.events", events)

    await desk.react(BEN, card)
    await desk.shows(card, "1 of 2")
    assert desk.shipped(sha) == 0
    await desk.react(CLEO, card, "+1")

    await desk.ships(card, sha)
    run_id = desk.run_of(card)
    assert desk.audited(run_id, "consent.approve") == 2


async def test_a_reaction_taken_away_unheard_is_an_approval_withdrawn(desk):
    sha, card = await desk.ask()
    await desk.react(BEN, card)
    await desk.shows(card, "1 of 2")
    desk.box.faults.set("slack.events", "lost")

    await desk.unreact(BEN, card)
    await desk.shows(card, "0 of 2")
    await desk.press(card, APPROVE, user=CLEO)

    await desk.shows(card, "1 of 2")
    assert desk.shipped(sha) == 0


async def test_taking_a_reaction_away_withdraws_an_approval_given_by_button_too(desk):
    sha, card = await desk.ask()
    await desk.press(card, APPROVE, user=BEN)
    await desk.react(BEN, card)
    await desk.polled(lambda: desk.seen_reacting(desk.run_of(card), BEN) == "approve")

    await desk.unreact(BEN, card)

    await desk.shows(card, "0 of 2")
    assert desk.shipped(sha) == 0


async def test_nobody_is_heard_while_slack_cannot_say_who_holds_the_role(desk):
    sha, card = await desk.ask()
    await desk.react(BEN, card)
    await desk.shows(card, "1 of 2")
    run_id = desk.run_of(card)

    desk.box.faults.set("slack.answers", "429")
    await desk.unreact(BEN, card)
    await desk.press(card, APPROVE, user=CLEO)
    await desk.polled(lambda: desk.voices(run_id).get(BEN) == ("approve", "reaction"))
    assert desk.shipped(sha) == 0
    desk.box.faults.set("slack.answers", "normal")

    await desk.polled(lambda: desk.voices(run_id)[BEN] == ("none", "reaction"))
    assert desk.shipped(sha) == 0


async def test_a_reaction_before_the_card_asks_is_told_so_once_and_counts_once_made_again(desk):
    sha = desk.commit(checks="pending")
    card = await desk.deploy("production main")
    await desk.shows(card, "waiting for")
    await desk.react(BEN, card)
    desk.box.github.set_checks(sha, "green")
    await desk.shows(card, "0 of 2")
    await desk.told(card, BEN, "came before this run asked")

    await desk.press(card, APPROVE, user=CLEO)
    await desk.shows(card, "1 of 2")
    assert desk.shipped(sha) == 0
    await desk.unreact(BEN, card)
    await desk.polled(lambda: desk.seen_reacting(desk.run_of(card), BEN) == "none")
    await desk.react(BEN, card)

    await desk.ships(card, sha)
    await desk.told(card, BEN, "came before this run asked")


async def test_a_cancelled_run_hears_nobody(desk):
    sha, card = await desk.ask()
    await desk.press(card, APPROVE, user=BEN)
    await desk.shows(card, "1 of 2")
    seen = card.blocks
    await desk.press(card, CANCEL)
    await desk.shows(card, "*Cancelled")

    said = await desk.pressed_late(card, seen, APPROVE, CLEO)
    await desk.react(CLEO, card)

    assert "no longer asks for this: it is cancelled" in said
    assert set(desk.voices(desk.run_of(card))) == {BEN}
    assert desk.state_of(card) == RunState.CANCELLED
    assert desk.shipped(sha) == 0


async def test_the_approvers_are_asked_and_reminded_once_each_and_an_expired_run_hears_nobody(desk):
    await desk.restart(expires=6, remind=5)
    sha, card = await desk.ask()
    seen = card.blocks
    await desk.told(card, "Press Approve or Reject on the card")
    await desk.polled(lambda: desk.directly(BEN, sha[:7]) == desk.directly(CLEO, sha[:7]) == 1)
    link = next(one for one in desk.ws.direct(BEN) if sha[:7] in one.everything)
    assert card.ts.replace(".", "") in str(link.blocks)
    await desk.told(card, "2 approvals still missing")
    await desk.press(card, APPROVE, user=BEN)

    text = await desk.ends(card, RunState.REFUSED, Reason.EXPIRED)
    said = await desk.pressed_late(card, seen, APPROVE, CLEO)
    await desk.react(CLEO, card)
    await desk.react(OTTO, card, NO)

    assert ":white_circle:" in text
    assert "The time to approve" in said
    assert "/pawdeploy production" in said
    await desk.told(card, "still missing")
    await desk.told(card, "Press Approve or Reject on the card")
    assert desk.directly(ANN, sha[:7]) == 0
    assert set(desk.voices(desk.run_of(card))) == {BEN}
    assert desk.shipped(sha) == 0
