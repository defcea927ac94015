"""What people are answered when they press: their word counts, or they are told why it does not."""

import pytest

from bot.db.consent_store import Cast
from bot.engine.consent import Via, Voice
from bot.engine.reasons import Reason
from bot.engine.states import RunState, StepName
from bot.errors import NotAllowed, UserError, VendorUnavailable
from tests.bot.pipelines._asking import AskingWorld, asking_project
from tests.bot.pipelines._world import ANN, BEN, CLEO

OTTO = "U0OTTOOUT01"


@pytest.fixture
def world(fresh_database):
    return AskingWorld(fresh_database, asking_project())


async def press(world, run, word, by, *why):
    return await getattr(world.voices, word)(run.id, run.asking.binding, by, *why)


async def refusal(world, run, word, by, *why) -> tuple[Reason | None, str]:
    with pytest.raises(UserError) as caught:
        await press(world, run, word, by, *why)
    return caught.value.reason, str(caught.value)


async def test_the_requester_is_told_that_somebody_else_has_to_agree(world):
    world.people.holders["approver"].add(ANN)
    run = await world.asked()
    reason, said = await refusal(world, run, "approve", ANN)
    assert reason is Reason.OWN_RUN
    assert said == f"You asked for run {run.id} yourself; somebody else has to agree to it."


@pytest.mark.parametrize(("word", "why"), [("approve", ()), ("reject", ("no",)), ("may_reject", ())])
async def test_an_outsider_is_told_who_can(world, word, why):
    run = await world.asked()
    with pytest.raises(NotAllowed, match=r"You can't approve for `production`\. Approver can\."):
        await press(world, run, word, OTTO, *why)
    assert (await world.now()).asking.votes == ()


async def test_who_wrote_some_of_it_is_told_so_where_the_rule_bars_them(world):
    run = await world.asked()
    await world.runs.set(run.id, barred=BEN)
    reason, said = await refusal(world, run, "approve", BEN)
    assert reason is Reason.OWN_COMMIT
    assert "commits are yours" in said


async def test_after_the_time_nobody_approves_but_a_no_is_still_heard(world):
    run = await world.asked()
    world.clock.at = run.asking.expires_at
    reason, said = await refusal(world, run, "approve", BEN)
    assert reason is Reason.EXPIRED
    assert said.startswith(f"The time to approve run {run.id} is over.")
    assert (await press(world, run, "reject", BEN, "no")).asking.votes[0].reason == "no"


async def test_an_expired_run_says_so_and_how_to_ask_anew(world):
    run = await world.asked()
    world.clock.at = run.asking.expires_at
    assert await world.step(StepName.CONSENT) == "stopped"
    reason, said = await refusal(world, run, "approve", BEN)
    assert reason is Reason.EXPIRED
    assert said == f"The time to approve run {run.id} is over. `/pawdeploy production` asks anew."


async def test_a_cancelled_run_says_so(world):
    run = await world.asked()
    await world.cancel(run.id)
    reason, said = await refusal(world, run, "approve", BEN)
    assert reason is Reason.STALE_BUTTON
    assert f"Run {run.id} no longer asks for this: it is cancelling." in said


async def test_a_button_of_an_earlier_round_counts_for_nothing(world):
    run = await world.asked()
    with pytest.raises(UserError, match="no longer asks for this"):
        await world.voices.approve(run.id, "0" * 16, BEN)
    with pytest.raises(UserError, match="no longer asks for this"):
        await world.voices.withdraw(run.id, "0" * 16, BEN)


async def test_a_run_that_does_not_exist_is_said_to_be_none(world):
    with pytest.raises(UserError, match="There is no run 99"):
        await world.voices.approve(99, "0" * 16, BEN)


async def test_only_ones_own_approval_is_withdrawn_and_also_without_the_role(world):
    run = await world.asked()
    await press(world, run, "approve", BEN)
    assert (await refusal(world, run, "withdraw", CLEO))[1].startswith("You have not approved")
    world.people.holders["approver"].discard(BEN)
    await press(world, run, "withdraw", BEN)
    assert (await refusal(world, run, "withdraw", BEN))[1].startswith("You have not approved")


async def test_a_no_is_not_taken_back_and_ends_the_asking_for_everybody(world):
    run = await world.asked()
    await press(world, run, "reject", BEN, "not today")
    for word, by in (("withdraw", BEN), ("approve", BEN), ("approve", CLEO)):
        assert (await refusal(world, run, word, by))[0] is Reason.STALE_BUTTON


async def test_a_no_by_button_in_line_stops_the_run_with_its_reason(world):
    run = await world.asked()
    await world.get_in_line()
    after = await press(world, run, "reject", BEN, "not today")
    assert (after.state, after.reason, after.detail) == (RunState.REFUSED, Reason.REJECTED, "not today")


async def test_a_no_whose_stop_was_lost_to_a_crash_is_seen_when_its_turn_comes(world):
    run = await world.asked()
    for user in (BEN, CLEO):
        await press(world, run, "approve", user)
    await world.get_in_line()
    kept = await world.kit.consents.cast(
        run.id,
        binding=run.asking.binding,
        user=CLEO,
        voice=Voice.REJECT,
        via=Via.BUTTON,
        at=world.clock.now(),
    )
    assert kept is Cast.APPLIED
    assert await world.step(StepName.LINE) == "stopped"
    assert (await world.now()).reason is Reason.REJECTED
    assert world.vendor.calls.count("start") == 0


async def test_a_reason_is_given_once_by_who_said_no_without_one(world):
    run = await world.asked()
    await press(world, run, "reject", BEN, "")
    with pytest.raises(UserError, match="not stopped by you"):
        await world.voices.give_reason(run.id, CLEO, "mine")
    assert (await world.voices.give_reason(run.id, BEN, "Friday")).detail == "Friday"
    with pytest.raises(UserError, match="known already"):
        await world.voices.give_reason(run.id, BEN, "Monday")


async def test_nobodys_voice_is_taken_while_the_role_cannot_be_read(world):
    run = await world.asked()
    world.people.before["allowed"] = [VendorUnavailable("Slack", "listing a group")]
    with pytest.raises(VendorUnavailable):
        await press(world, run, "approve", BEN)
    assert (await world.now()).asking.votes == ()
