"""Whose word counts: the right people, each once, however they say it; one no stops."""

import asyncio

import pytest
import pytest_asyncio

from bot.engine.reasons import Reason
from bot.engine.states import RunState
from tests.flows.consenting import APPROVE, APPROVERS, NO, REJECT, WITHDRAW, calm, consenting
from tests.flows.driver import ANN, BEN, CLEO, DEPLOYS, OTTO
from tests.flows.repeating import again, taped

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory):
    async with consenting(tmp_path_factory.mktemp("people")) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def desk(shared):
    yield await calm(shared)
    await calm(shared)


async def test_the_requester_cannot_approve_by_button(desk):
    sha, card = await desk.ask()

    said = await desk.refused(card, APPROVE, ANN)

    assert "somebody else has to agree" in said
    assert desk.voices(desk.run_of(card)) == {}
    assert desk.shipped(sha) == 0


async def test_the_requesters_reaction_does_not_count_and_is_answered_once(desk):
    sha, card = await desk.ask()

    await desk.react(ANN, card)
    await desk.told(card, ANN, "does not count")
    await desk.react(BEN, card)

    await desk.shows(card, "1 of 2")
    assert set(desk.voices(desk.run_of(card))) == {BEN}
    assert desk.shipped(sha) == 0


async def test_an_outsider_who_presses_is_told_alone_who_can(desk):
    sha, card = await desk.ask()

    said = await desk.refused(card, APPROVE, OTTO)
    no = await desk.refused(card, REJECT, OTTO)

    assert said.count(f"<!subteam^{APPROVERS}>") >= 1
    assert APPROVERS in no
    assert desk.ws.view(OTTO) is None
    assert OTTO not in desk.thread(card)
    assert desk.voices(desk.run_of(card)) == {}
    assert desk.shipped(sha) == 0


async def test_an_outsiders_reactions_do_not_count_and_are_answered_once_in_the_thread(desk):
    sha, card = await desk.ask()

    await desk.react(OTTO, card)
    await desk.told(card, OTTO, "does not count")
    await desk.react(OTTO, card, NO)  # nor does a no stop anything
    await desk.agree(card)

    await desk.ships(card, sha)
    await desk.told(card, OTTO, "does not count")
    assert OTTO not in desk.voices(desk.run_of(card))


async def test_who_lost_the_role_since_the_card_was_drawn_cannot_approve(desk):
    sha, card = await desk.ask()
    desk.ws.put_in_group(APPROVERS, BEN)

    said = await desk.refused(card, APPROVE, CLEO)
    await desk.react(CLEO, card)
    await desk.told(card, CLEO, "does not count")
    await desk.press(card, APPROVE, user=BEN)

    assert APPROVERS in said
    await desk.shows(card, "1 of 2")
    assert set(desk.voices(desk.run_of(card))) == {BEN}
    assert desk.shipped(sha) == 0


async def test_who_got_the_role_since_the_card_was_drawn_can_approve(desk):
    sha, card = await desk.ask()
    desk.ws.put_in_group(APPROVERS, OTTO, CLEO)

    await desk.press(card, APPROVE, user=OTTO)
    await desk.press(card, APPROVE, user=CLEO)

    await desk.ships(card, sha)


async def test_a_double_click_is_one_voice_and_one_audit_entry(desk):
    sha, card = await desk.ask()
    run_id = desk.run_of(card)

    await asyncio.gather(*(desk.press(card, APPROVE, user=BEN) for _ in range(3)))
    await desk.shows(card, "1 of 2")
    await desk.press(card, APPROVE, user=BEN)
    await desk.react(BEN, card)

    await desk.polled(
        lambda: desk.rows("SELECT 1 FROM voices WHERE run_id = ? AND reacted = 'approve'", run_id)
    )
    assert desk.audited(run_id, "consent.approve") == 1
    assert set(desk.voices(run_id)) == {BEN}
    assert desk.shipped(sha) == 0


async def test_two_approvers_in_the_same_second_are_two_and_ship_once(desk):
    sha, card = await desk.ask()

    await asyncio.gather(*(desk.press(card, APPROVE, user=user) for user in (BEN, CLEO)))

    await desk.ships(card, sha)
    run_id = desk.run_of(card)
    assert desk.audited(run_id, "consent.approve", BEN) == desk.audited(run_id, "consent.approve", CLEO) == 1


async def test_approving_and_rejecting_together_ships_nothing(desk):
    sha, card = await desk.ask()
    await desk.press(card, APPROVE, user=BEN)
    await desk.shows(card, "1 of 2")

    # Cleo's two words at once, from two windows: whichever is heard first, a no stops.
    await desk.react(CLEO, card, NO)
    await desk.ws.react(CLEO, DEPLOYS, card.ts, "+1")

    await desk.ends(card, RunState.REFUSED, Reason.REJECTED)
    assert desk.shipped(sha) == 0


async def test_a_yes_and_a_no_of_two_people_at_once_ship_nothing(desk):
    sha, card = await desk.ask()

    await asyncio.gather(desk.press(card, APPROVE, user=BEN), desk.react(CLEO, card, "no_entry"))

    await desk.ends(card, RunState.REFUSED, Reason.REJECTED)
    assert desk.shipped(sha) == 0


async def test_a_no_by_button_needs_a_reason_and_the_card_says_who_and_why(desk):
    sha, card = await desk.ask()
    await desk.press(card, APPROVE, user=BEN)

    await desk.press(card, REJECT, user=CLEO)
    view = await desk.ws.until(lambda: desk.ws.view(CLEO), 20)
    empty = await desk.ws.submit(CLEO, view.id, {"reason": "  "})
    assert not empty.ok
    assert empty.errors
    assert desk.voices(desk.run_of(card)).get(CLEO) is None
    await desk.give_reason(CLEO, "The <migration> locks pets")

    text = await desk.ends(card, RunState.REFUSED, Reason.REJECTED)
    text = await desk.shows(card, "The &lt;migration&gt; locks pets")
    assert CLEO in text
    assert desk.shipped(sha) == 0


async def test_a_no_by_reaction_stops_and_asks_for_the_reason_which_the_card_then_shows(desk):
    sha, card = await desk.ask()

    await desk.react(CLEO, card, "no_entry")
    await desk.ends(card, RunState.REFUSED, Reason.REJECTED)
    await desk.told(card, CLEO, "by reaction")
    asked = next(one for one in desk.ws.thread(DEPLOYS, card.ts) if "vote_reason" in desk.buttons(one))
    await desk.press(asked, "vote_reason", user=CLEO)
    await desk.give_reason(CLEO, "Not before the holidays")

    await desk.shows(card, "Not before the holidays")
    assert desk.audited(desk.run_of(card), "consent.explained", CLEO) == 1
    assert desk.shipped(sha) == 0


async def test_an_approval_in_any_skin_tone_counts(desk):
    sha, card = await desk.ask()

    await desk.react(BEN, card, "+1::skin-tone-4")
    await desk.react(CLEO, card, "thumbsup::skin-tone-2")

    await desk.ships(card, sha)


async def test_an_approval_is_withdrawn_by_button_and_may_be_given_again(desk):
    sha, card = await desk.ask()
    await desk.press(card, APPROVE, user=BEN)
    await desk.shows(card, "1 of 2")

    await desk.press(card, WITHDRAW, user=BEN)
    await desk.shows(card, "0 of 2")
    await desk.press(card, APPROVE, user=CLEO)
    await desk.shows(card, "1 of 2")
    assert desk.shipped(sha) == 0

    await desk.press(card, APPROVE, user=BEN)
    await desk.ships(card, sha)


async def test_an_approval_that_comes_again_after_it_was_withdrawn_counts_nothing(desk):
    sha, card = await desk.ask()
    with taped(desk) as tape:
        await desk.press(card, APPROVE, user=BEN)
    await desk.shows(card, "1 of 2")
    await desk.press(card, WITHDRAW, user=BEN)
    await desk.shows(card, "0 of 2")

    await again(desk, tape[0])

    assert desk.voices(desk.run_of(card))[BEN][0] == "none"
    await desk.press(card, APPROVE, user=CLEO)
    await desk.shows(card, "1 of 2")
    assert desk.shipped(sha) == 0


async def test_only_ones_own_approval_can_be_withdrawn(desk):
    sha, card = await desk.ask()
    await desk.press(card, APPROVE, user=BEN)
    await desk.shows(card, "1 of 2")

    said = await desk.refused(card, WITHDRAW, CLEO)

    assert "nothing to withdraw" in said
    assert desk.voices(desk.run_of(card))[BEN] == ("approve", "button")
    assert desk.shipped(sha) == 0
