"""Consent holds for exactly what was asked until it ships: what moves asks again, old voices are void."""

import pytest
import pytest_asyncio

from bot.engine.reasons import Reason
from bot.engine.states import RunState
from tests.flows.consenting import APPROVE, NO, WITHDRAW, calm, consenting
from tests.flows.driver import ANN, BEN, CLEO, DEPLOYS, PATIENCE

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory):
    async with consenting(tmp_path_factory.mktemp("binding")) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def desk(shared):
    yield await calm(shared)
    await calm(shared)


async def test_a_ref_force_pushed_after_an_approval_is_said_and_asked_again_from_nothing(desk):
    sha, card = await desk.ask()
    await desk.press(card, APPROVE, user=BEN)
    await desk.shows(card, "1 of 2")
    seen = card.blocks

    other = desk.box.github.push("other", "Rewritten")
    desk.box.github.set_checks(other, "green")
    desk.box.github.move_branch("main", other)

    await desk.shows(card, "0 of 2", other[:7], "round 2")
    await desk.told(card, "Approvals given before no longer count")
    await desk.listening(card)
    await desk.react(CLEO, card)
    await desk.shows(card, "1 of 2")
    said = await desk.pressed_late(card, seen, APPROVE, BEN)  # what the old card asks
    assert "no longer asks for this" in said
    assert desk.shipped(sha) == desk.shipped(other) == 0
    assert set(desk.voices(desk.run_of(card))) == {CLEO}


async def test_a_ref_that_moved_while_in_line_is_asked_again_and_nothing_old_ships(desk):
    sha, card, first = await desk.in_line()
    other = desk.commit("A newer one")

    await desk.go_on(first)

    await desk.shows(card, "0 of 2", other[:7])
    await desk.told(card, f"main moved from {sha[:7]} to {other[:7]}")
    assert desk.shipped(sha) == desk.shipped(other) == 0
    for user in (BEN, CLEO):
        await desk.press(card, APPROVE, user=user)
    await desk.ships(card, other)
    assert desk.shipped(sha) == 0


async def test_a_config_changed_after_an_approval_asks_again(desk):
    sha, card = await desk.ask()
    await desk.react(BEN, card)
    await desk.shows(card, "1 of 2")

    await desk.restart(expires=110)

    await desk.shows(card, "0 of 2", "round 2")
    await desk.told(card, "pawdeploy.toml changed since people were asked")
    await desk.listening(card)
    await desk.told(card, BEN, "came before this run asked what it asks now")
    await desk.press(card, APPROVE, user=CLEO)
    await desk.shows(card, "1 of 2")  # Ben's old reaction stands there and says nothing
    assert desk.shipped(sha) == 0

    await desk.unreact(BEN, card)
    await desk.polled(lambda: desk.seen_reacting(desk.run_of(card), BEN) == "none")
    await desk.react(BEN, card)
    await desk.ships(card, sha)


async def test_votes_outlive_a_kill_and_who_was_told_is_not_told_again(desk):
    sha, card = await desk.ask("Survives")
    await desk.told(card, "Press Approve or Reject on the card")
    await desk.polled(lambda: desk.directly(CLEO, sha[:7]) == 1)
    await desk.press(card, APPROVE, user=BEN)
    await desk.shows(card, "1 of 2")
    posted = [one.ts for one in desk.ws.direct(BEN)]

    await desk.box.kill_bot()
    await desk.react(CLEO, card)  # nobody hears this
    await desk.box.start_bot()
    await desk.box.wait_ready()

    await desk.ships(card, sha)
    await desk.told(card, "Press Approve or Reject on the card")
    assert desk.directly(CLEO, sha[:7]) == 1
    assert [one.ts for one in desk.ws.direct(BEN)] == posted


async def test_an_approval_withdrawn_in_line_has_the_run_wait_for_people_again(desk):
    sha, card, first = await desk.in_line()

    await desk.press(card, WITHDRAW, user=BEN)
    await desk.shows(card, "*Approvals: 1 of 2*", "Waiting to deploy")
    await desk.go_on(first)

    await desk.told(card, "waits for approvals again")
    assert desk.shipped(sha) == 0
    await desk.ws.until(lambda: APPROVE in desk.buttons(card), PATIENCE)
    await desk.press(card, APPROVE, user=BEN)
    await desk.ships(card, sha)


async def test_a_reaction_taken_away_in_line_unheard_is_seen_before_anything_ships(desk):
    sha, card, first = await desk.in_line()

    desk.box.faults.set("slack.events", "lost")
    await desk.unreact(CLEO, card)
    await desk.go_on(first)

    await desk.told(card, "waits for approvals again")
    await desk.shows(card, "1 of 2")
    assert desk.shipped(sha) == 0


async def test_a_no_in_line_stops_the_run_there_and_then(desk):
    sha, card, first = await desk.in_line()

    await desk.react(CLEO, card, NO)
    await desk.ends(card, RunState.REFUSED, Reason.REJECTED)

    assert desk.state_of(first) == RunState.RUNNING
    await desk.go_on(first)
    newer, card = await desk.ask("The line goes on")
    await desk.agree(card)
    await desk.ships(card, newer)
    assert desk.shipped(sha) == 0


async def test_a_card_an_admin_deleted_is_posted_anew_keeps_its_votes_and_hears_reactions(desk):
    sha, card = await desk.ask()
    run_id = desk.run_of(card)
    await desk.react(BEN, card)
    await desk.shows(card, "1 of 2")
    gone = card.ts

    desk.ws.delete(DEPLOYS, gone)

    found = "SELECT ts FROM posts WHERE run_id = ? AND kind = 'card' AND ts NOT IN ('', ?)"
    await desk.polled(lambda: desk.rows(found, run_id, gone))
    ((ts,),) = desk.rows(found, run_id, gone)
    card = next(one for one in desk.cards() if one.ts == ts)
    await desk.shows(card, "1 of 2")
    await desk.listening(card)
    assert desk.shipped(sha) == 0
    await desk.react(CLEO, card)
    await desk.ships(card, sha)


async def test_who_wrote_some_of_it_does_not_count_where_the_rule_says_so(tmp_path):
    logins = {BEN: "ben-gh"}

    def edit(document):
        document["github_logins"] = logins

    async with consenting(tmp_path, approval={"committers": False, "quorum": 1}, edit=edit) as desk:
        sha = desk.box.github.push("main", "Ben's", "Ben Roth", login="ben-gh")
        desk.box.github.set_checks(sha, "green")
        card = await desk.deploy("production main")
        await desk.shows(card, "0 of 1", f"nor <@{BEN}> (wrote some of it)")
        await desk.listening(card)

        said = await desk.refused(card, APPROVE, BEN)
        await desk.react(BEN, card)

        await desk.told(card, BEN, "some of these commits are yours")
        assert "commits are yours" in said
        assert desk.directly(BEN) == 0  # not asked for what would not count
        assert desk.shipped(sha) == 0
        assert "somebody else has to agree" in await desk.refused(card, APPROVE, ANN)
        await desk.press(card, APPROVE, user=CLEO)
        await desk.ships(card, sha)
