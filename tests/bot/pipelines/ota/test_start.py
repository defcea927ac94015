"""An update starts only where it would reach people and nobody else is rolling out; two stand in line."""

import pytest

from bot.engine.mobile import marked
from bot.engine.reasons import Reason
from bot.engine.states import RunKind, RunState, StepName
from bot.errors import UserError
from bot.pipelines.requests import UpdateBackRequest, UpdateRequest
from tests.bot.pipelines._asking import Left
from tests.bot.pipelines._world import ANN, SHA
from tests.bot.pipelines.ota._expo import PRODUCTION, Spike
from tests.bot.pipelines.ota._world import OtaWorld, app_project

S = StepName


async def refused(world, reason):
    run = await world.wanted()
    assert await world.step(S.RESOLVE) == "stopped"
    run = await world.now()
    assert (run.state, run.reason) == (RunState.REFUSED, reason)
    return run.detail


async def test_the_default_branch_is_meant_where_nothing_is_named(world):
    await world.wanted(ref="")
    assert await world.step(S.RESOLVE) == "done"
    run, facts = await world.now(), await world.facts()
    assert (run.ref, run.sha) == ("main", SHA)
    assert (facts.branch, facts.channel, facts.stages) == (PRODUCTION, PRODUCTION, (10, 50, 100))


async def test_a_channel_that_is_not_there_is_named(world):
    world.expo.channels = {}
    assert "“production”" in await refused(world, Reason.BRANCH_UNKNOWN)


async def test_a_channel_that_leads_elsewhere_names_where(world):
    channel = world.expo.channels[PRODUCTION]
    world.expo.channels[PRODUCTION] = channel.model_copy(update={"branches": ("stable", "next")})
    assert "“stable”, “next”" in await refused(world, Reason.BRANCH_UNKNOWN)


async def test_a_paused_channel_reaches_nobody(world):
    channel = world.expo.channels[PRODUCTION]
    world.expo.channels[PRODUCTION] = channel.model_copy(update={"paused": True})
    assert "eas channel:resume production" in await refused(world, Reason.CHANNEL_PAUSED)


async def test_a_rollout_of_somebody_else_is_named_with_how_to_end_it(world):
    group = world.expo.published("By hand", percent=20)
    detail = await refused(world, Reason.ROLLOUT_ELSEWHERE)
    assert group.group[:8] in detail
    assert "20 %" in detail
    assert "/pawota rollback production" in detail


async def test_a_rollout_to_another_runtime_is_in_nobodys_way(world):
    world.expo.published("By hand", percent=20, runtime="1.3.0")
    await world.wanted()
    assert await world.step(S.RESOLVE) == "done"


async def test_a_rollout_that_began_by_hand_while_it_waited_stops_it_at_its_turn(world):
    await world.wanted()
    await world.go(until=S.LINE)
    world.expo.published("By hand", percent=20)
    run = await world.go()
    assert (run.state, run.reason) == (RunState.REFUSED, Reason.ROLLOUT_ELSEWHERE)


async def test_behind_a_rollout_of_ours_a_second_update_waits_in_line_and_is_not_refused(world):
    first = await world.wanted("First", key="1")
    await world.go(until=S.ROLLOUT)
    await world.wanted("Second", key="2")

    run = await world.go(until=S.LINE)
    assert run.state is RunState.PREPARING
    second, world.run_id = world.run_id, first.id
    await world.go()
    world.run_id = second
    run = await world.go()

    assert run.state is RunState.SUCCEEDED
    assert world.what_people_get() == marked("Second", second)


async def test_a_rollout_of_ours_that_was_left_half_way_stops_the_next(world):
    world.errors.spike = Spike(rate=600.0)
    first = await world.wanted("First", key="1")
    await world.go()
    await world.wanted("Second", key="2")
    await world.go(until=S.LINE)
    run = await world.now()
    assert run.reason is Reason.ROLLOUT_ELSEWHERE
    assert f"run {first.id}" in run.detail


async def test_an_older_request_does_not_go_over_a_newer_one(world):
    first = await world.wanted("First", key="1")
    await world.go(until=S.LINE)
    await world.went_out("Second", key="2")
    world.run_id = first.id

    run = await world.go()

    assert (run.state, run.reason) == (RunState.REFUSED, Reason.OVERTAKEN)


@pytest.mark.parametrize(("message", "reason"), [("  ", Reason.NO_MESSAGE), ("x" * 5000, Reason.TOO_LONG)])
async def test_a_message_says_something_and_fits(world, message, reason):
    with pytest.raises(UserError) as refusal:
        await world.wanted(message)
    assert refusal.value.reason is reason


async def test_an_app_or_a_place_nobody_knows_is_named_with_those_there_are(world):
    for app, place, reason, known in (
        ("web", "production", Reason.UNKNOWN_APP, "`mobile`"),
        ("mobile", "staging", Reason.UNKNOWN_ENVIRONMENT, "`production`"),
    ):
        with pytest.raises(UserError) as refusal:
            await world.desk.update(
                UpdateRequest(key="k", app=app, environment=place, ref="", message="m", by=ANN)
            )
        assert (refusal.value.reason, known in str(refusal.value)) == (reason, True)


async def test_one_delivery_is_one_update(world):
    first = await world.wanted(key="same")
    assert (await world.wanted(key="same")).id == first.id


async def test_there_is_nothing_to_promote_where_nothing_is_rolled_out(world):
    run = await world.wanted()
    for call in (world.desk.promote(run.id, 0, ANN), world.desk.rolling("mobile", "production")):
        with pytest.raises(UserError) as refusal:
            await call
        assert refusal.value.reason is Reason.NOTHING_TO_PROMOTE


async def test_a_promote_from_a_stage_that_is_past_is_refused(world):
    await world.wanted()
    await world.go(until=S.ROLLOUT)
    world.clock.then(world.clock.passed + 40, world.leave)
    with pytest.raises(Left):
        await world.go()
    world.clock.slept.clear()
    assert (await world.desk.rolling("mobile", "production")).id == world.run_id
    with pytest.raises(UserError) as refusal:
        await world.desk.promote(world.run_id, 0, ANN)
    assert refusal.value.reason is Reason.NOTHING_TO_PROMOTE
    assert "50 %" in str(refusal.value)
    assert (await world.desk.promote(world.run_id, 1, ANN)).promoted == 100


async def test_where_people_are_asked_an_update_and_its_way_back_ask_them(world):
    guarded = OtaWorld(world.db, app_project(guarded=True))
    update = await guarded.wanted()
    back = await guarded.desk.take_back(
        UpdateBackRequest(key="b", app="mobile", environment="production", by=ANN)
    )
    assert update.has(S.CONSENT)
    assert back.has(S.CONSENT)
    assert (update.kind, back.kind) == (RunKind.UPDATE, RunKind.UPDATE_BACK)
