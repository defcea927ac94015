"""A lock keeps others out, also those who wait in line already; whoever is refused reads how to get in."""

import pytest
import pytest_asyncio

from bot.engine.reasons import Reason
from bot.engine.states import RunState
from tests.flows.driver import ANN, BEN, CLEO, OTTO
from tests.flows.gated import gated, only

pytestmark = pytest.mark.asyncio(loop_scope="module")

LOCKED = (RunState.REFUSED, Reason.LOCKED)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(tmp_path_factory):
    timings = {"lock_nag": 0.5}
    async with gated(tmp_path_factory.mktemp("holds"), only("approval"), timings=timings) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="module")
async def desk(shared):
    """The module's sandbox with nothing locked and no knob turned."""
    shared.box.faults.reset()
    shared.box.faults.set("railway.speed", "fast")
    for user in (ANN, BEN):
        if "Locked or frozen" in await shared.say("/pawdeploy locks", user=user):
            await shared.say("/pawdeploy unlock production because the next test begins", user=user)
            await shared.say("/pawdeploy unfreeze production because the next test begins", user=user)
    return shared


async def test_a_lock_refuses_others_at_once_and_says_who_since_when_why_and_what_frees_it(desk):
    await desk.say("/pawdeploy lock production because moving the database", user=BEN)
    cards, runs = len(desk.cards()), desk.rows("SELECT count(*) FROM runs")

    said = await desk.say("/pawdeploy production main")

    assert f"production is locked by <@{BEN}> since <!date^" in said
    assert "“moving the database”" in said
    assert "`/pawdeploy unlock production because …`" in said
    assert (len(desk.cards()), desk.rows("SELECT count(*) FROM runs")) == (cards, runs)


async def test_the_form_refuses_at_a_lock_as_the_command_does(desk):
    await desk.say("/pawdeploy lock production because moving the database", user=BEN)
    runs = desk.rows("SELECT count(*) FROM runs")
    await desk.ws.say(ANN, "C0GENERAL01", "/pawdeploy")
    form = await desk.ws.until(lambda: desk.ws.view(ANN))
    submitted = await desk.ws.submit(ANN, form.id, {"environment": "production", "ref": "main"})
    assert submitted.ok, submitted
    await desk.ws.until(lambda: f"locked by <@{BEN}>" in str(desk.ws.view(ANN).view["blocks"]))
    assert desk.rows("SELECT count(*) FROM runs") == runs


async def test_ones_own_lock_does_not_stop_its_owner(desk):
    sha = desk.commit()
    await desk.say("/pawdeploy lock production because I ship alone today")
    card = await desk.asked("production main")
    await desk.approved(card)
    await desk.shows(card, ":large_green_circle: *Deployed", sha[:7])


async def test_a_lock_taken_while_an_approved_run_waits_in_line_stops_it_until_it_is_gone(desk):
    first = desk.commit()
    desk.box.faults.set("railway.deployment", "never ends")
    ahead = await desk.asked("production main")
    await desk.approved(ahead)
    await desk.polled(lambda: desk.shipped(first) == 1)
    second = desk.commit()
    card = await desk.asked("production main")
    await desk.approved(card)
    await desk.shows(card, "In line behind run")

    await desk.say("/pawdeploy lock production because the lane is mine", user=BEN)
    desk.box.faults.set("railway.deployment", "removed")
    await desk.shows(ahead, ":red_circle:")

    await desk.refused(card, second[:7], f"locked by <@{BEN}>", "“the lane is mine”")
    assert desk.state_of(card) == LOCKED
    assert desk.shipped(second) == 0

    desk.box.faults.set("railway.deployment", "succeeds")
    await desk.say("/pawdeploy unlock production", user=BEN)
    await desk.press(card, "run_retry")
    await desk.shows(card, ":large_green_circle: *Deployed", second[:7])


async def test_an_emergency_passes_no_lock(desk):
    await desk.say("/pawdeploy lock production because moving the database", user=BEN)
    said = await desk.say('/pawdeploy production main --emergency "logins are down"')
    assert f"locked by <@{BEN}>" in said


async def test_who_ends_anothers_lock_says_why_and_the_other_is_told(desk):
    await desk.say("/pawdeploy lock production because moving the database", user=BEN)
    assert "Say why you take it" in await desk.say("/pawdeploy unlock production")
    assert f"<@{BEN}> is told" in await desk.say("/pawdeploy unlock production because Ben left for the day")
    await desk.ws.until(lambda: "“Ben left for the day”" in desk.told(BEN))
    assert f"<@{ANN}> ended your lock on `production`" in desk.told(BEN)


async def test_an_outsider_neither_locks_nor_unlocks(desk):
    await desk.say("/pawdeploy lock production because moving the database", user=BEN)
    for words in ("lock production", "unlock production because I want to"):
        assert "You can't" in await desk.say(f"/pawdeploy {words}", user=OTTO)
    assert f"locked by <@{BEN}>" in await desk.say("/pawdeploy locks", user=CLEO)


async def test_a_lock_ends_by_itself(desk):
    await desk.say("/pawdeploy lock production for 1m because a moment is enough", user=BEN)
    assert "is locked" in await desk.say("/pawdeploy production main --again")
    desk.write("UPDATE holds SET until = since WHERE ended_at IS NULL")
    card = await desk.asked("production main --again")
    await desk.cancel(card)


async def test_who_holds_for_long_is_reminded_and_unlocks_by_button(desk):
    await desk.say("/pawdeploy lock production because I forget things", user=BEN)
    nag = await desk.ws.until(
        lambda: [m for m in desk.ws.direct(BEN) if "I forget things" in m.everything and m.actions]
    )
    said = await desk.ws.press(BEN, nag[0].channel, nag[0].ts, "hold_unlock")
    assert said.ok, said
    await desk.polled(lambda: not desk.rows("SELECT 1 FROM holds WHERE ended_at IS NULL AND until IS NULL"))
    assert "Nothing is locked" in await desk.say("/pawdeploy locks", user=ANN)


async def test_a_freeze_by_command_stops_everybody_its_owner_included(desk):
    await desk.say("/pawdeploy freeze production for 2h because the board meets", user=ANN)
    said = await desk.say("/pawdeploy production main")
    assert "is frozen" in said
    assert "the board meets" in said
    assert "`/pawdeploy unfreeze production`" in said
    assert "--emergency" in said
