"""Going back by hand: to what, how, who agrees, and that it holds."""

import pytest
import pytest_asyncio

from tests.flows.driver import ANN, BEN
from tests.flows.returning import (
    GO_BACK,
    PLACE,
    agreed_back,
    ended,
    free,
    fresh,
    live,
    locks,
    replied,
    run_of,
    shipped,
    steps,
    watched,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")
EMERGENCY = 'rollback production --emergency "payments are down"'


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def shared(tmp_path_factory):
    hardly = {"watch": {"seconds": 0.2}}  # what is shipped to be gone back from
    async with watched(tmp_path_factory.mktemp("rollback"), sections=hardly) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def desk(shared):
    return await fresh(shared)


def _good(desk):
    """Runs that shipped well to production, newest first: number and SHA."""
    where = "environment = 'production' AND state = 'succeeded'"
    return desk.rows(f"SELECT id, sha FROM runs WHERE {where} ORDER BY id DESC")  # noqa: S608 - no input


async def _two(desk):
    """Have two good runs, the newer of which is live; return what ran before it."""
    before = live(desk)
    await shipped(desk)
    return before


async def test_the_last_good_run_comes_back_by_its_image_once_two_agree_and_holds_until_unlocked(desk):
    before = await _two(desk)
    asked = desk.box.railway.requests.count("deploymentRollback")
    starts = desk.box.railway.starts
    desk.box.railway.auto_deploys[PLACE] = True

    card = await agreed_back(desk)

    text = await desk.shows(card, ":large_green_circle: *Rolled production back to", before[:7])
    run = run_of(desk, card)
    assert ended(desk, run) == ("succeeded", "rolled_back")
    assert live(desk) == before
    assert desk.box.railway.requests.count("deploymentRollback") == asked + 1
    assert desk.box.railway.starts == starts
    assert not steps(desk, run) & {"soak", "watch", "checks"}
    assert "good answers in a row" in text
    ((by, why, off),) = locks(desk)
    assert (by, bool(off)) == ("pawdeploy", True)
    assert f"run {run}" in why
    assert not desk.box.railway.auto_deploys[PLACE]

    refused = await desk.say("/pawdeploy production")
    assert f"rollback of run {run}" in refused
    assert "/pawdeploy unlock production" in refused
    assert live(desk) == before

    told = len(desk.ws.ephemerals(ANN))
    await free(desk)
    said = desk.ws.ephemerals(ANN)[told]
    assert not desk.box.railway.auto_deploys[PLACE]
    (action,) = [one["action_id"] for one in said.actions if "auto" in one["action_id"]]
    pressed = await desk.ws.press(ANN, said.channel, said.ts, action)
    assert pressed.ok, pressed
    await desk.polled(lambda: desk.box.railway.auto_deploys[PLACE])
    desk.box.railway.auto_deploys[PLACE] = False


async def test_a_listed_run_is_gone_back_to_by_its_number(desk):
    wanted = await _two(desk)
    (number, _) = next(row for row in _good(desk) if row[1] == wanted)

    card = await agreed_back(desk, f"rollback production {number}")

    await desk.shows(card, "*Rolled production back to", wanted[:7], f"to what run {number} shipped")
    assert live(desk) == wanted


async def test_a_dry_run_says_where_it_leads_and_changes_nothing(desk):
    before, after = await _two(desk), live(desk)
    rows, starts = desk.rows("SELECT count(*) FROM runs"), desk.box.railway.starts
    asked = desk.box.railway.requests.count("deploymentRollback")

    said = await desk.say("/pawdeploy rollback production --dry-run", user=BEN)

    assert f"would go back to `{before[:7]}`" in said
    assert "Nothing was changed" in said
    assert desk.rows("SELECT count(*) FROM runs") == rows
    assert (desk.box.railway.starts, live(desk)) == (starts, after)
    assert desk.box.railway.requests.count("deploymentRollback") == asked
    assert not locks(desk)


async def test_what_never_ran_well_there_is_refused_with_what_there_is(desk):
    (newest, sha), *_ = _good(desk)
    card = await desk.deploy("rollback production 9999")
    text = await desk.shows(card, "Not rolled back", "is not a good run")
    assert f"{newest} ({sha[:7]})" in text
    assert ended(desk, run_of(desk, card)) == ("refused", "nothing_to_roll_back")
    assert not locks(desk)


async def test_without_its_image_the_commit_is_deployed_again(desk):
    before = await _two(desk)
    shipped_before = desk.shipped(before)
    asked = desk.box.railway.requests.count("deploymentRollback")
    for deployment in desk.box.railway.deployments:
        if deployment.sha == before:
            desk.box.railway.forget_image(deployment.id)

    card = await agreed_back(desk)

    text = await desk.shows(card, "Rolled production back to", before[:7])
    assert "its image is gone" in text
    assert live(desk) == before
    assert desk.shipped(before) == shipped_before + 1
    assert desk.box.railway.requests.count("deploymentRollback") == asked


async def test_an_emergency_by_a_lead_asks_nobody_and_by_others_is_refused(desk):
    before, after = await _two(desk), live(desk)
    cards = len(desk.cards())
    told = await desk.say(f"/pawdeploy {EMERGENCY}", user=BEN)
    assert "You can't" in told
    assert len(desk.cards()) == cards
    assert live(desk) == after

    card = await desk.deploy(EMERGENCY)
    text = await desk.shows(card, "Rolled production back to", before[:7], "payments are down")
    assert "consent" not in steps(desk, run_of(desk, card))
    assert "0 of 2" not in text
    assert live(desk) == before


async def test_two_at_once_the_second_names_the_first(desk):
    await _two(desk)
    first = await desk.deploy("rollback production")
    await desk.shows(first, "0 of 2")

    told = await desk.say("/pawdeploy rollback production", user=BEN)

    assert f"Run {run_of(desk, first)} already rolls" in told
    await desk.press(first, "run_cancel")
    await desk.shows(first, "Cancelled")
    assert not locks(desk)


async def test_a_lost_answer_goes_back_once(desk):
    before = await _two(desk)
    made = len(desk.box.railway.rolled_back(*PLACE))
    desk.box.faults.set("railway.rollback", "lost answer")

    card = await agreed_back(desk)

    await desk.shows(card, "Rolled production back to", before[:7])
    assert live(desk) == before
    assert len(desk.box.railway.rolled_back(*PLACE)) == made + 1


async def test_a_kill_while_going_back_goes_back_once(desk):
    before = await _two(desk)
    made = len(desk.box.railway.rolled_back(*PLACE))
    desk.box.switch.arm(GO_BACK, when="after")
    card = await agreed_back(desk)
    await desk.polled(lambda: desk.box.switch.fired)
    await desk.box.kill_bot()
    await desk.box.start_bot()

    await desk.shows(card, "Rolled production back to", before[:7])
    assert live(desk) == before
    assert len(desk.box.railway.rolled_back(*PLACE)) == made + 1
    assert len(locks(desk)) == 1


async def test_github_being_down_stops_no_way_back(desk):
    before = await _two(desk)
    desk.box.faults.set("github.answers", "503")

    card = await desk.deploy(EMERGENCY)

    await desk.shows(card, "Rolled production back to", before[:7])
    assert live(desk) == before


async def test_a_rollback_that_fails_says_what_is_live_and_calls_those_on_call(desk):
    await _two(desk)
    after = live(desk)
    desk.box.faults.set("railway.rollback", "fails")

    card = await desk.deploy(EMERGENCY)

    await desk.shows(card, "failed", f"production still runs {after[:7]}")
    assert live(desk) == after
    page = await replied(desk, card, "S0APPROVER1")
    assert after[:7] in page.everything
    assert locks(desk)

    desk.box.faults.set("railway.rollback", "works")
    await desk.press(card, "run_retry")
    await desk.shows(card, "Rolled production back to")


async def test_what_comes_back_and_is_not_well_is_told_and_calls_those_on_call(desk):
    before = await _two(desk)
    desk.box.backend.sick.add(before)

    card = await desk.deploy(EMERGENCY)

    await desk.shows(card, "failed at health", f"production now runs {before[:7]}")
    await replied(desk, card, "S0APPROVER1")


async def test_going_back_twice_goes_further_back_never_forward(desk):
    await shipped(desk)
    oldest = await _two(desk)
    middle = live(desk)
    await shipped(desk)
    await desk.shows(await desk.deploy(EMERGENCY), "*Rolled production back to", middle[:7])

    card = await desk.deploy(EMERGENCY)

    await desk.shows(card, "*Rolled production back to", oldest[:7])
    assert live(desk) == oldest
