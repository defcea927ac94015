"""What people may ask of a run, and what they are told when it has moved on."""

import asyncio

import pytest

from bot.engine.reasons import Reason
from bot.engine.shipping import Phase
from bot.engine.states import RunState, StepName, StepState
from bot.errors import UserError, VendorUnavailable
from bot.pipelines import settle
from bot.pipelines.desk import Desk
from bot.pipelines.requests import DeployRequest
from tests.bot.pipelines._world import ANN, BEN, NOON, OLD, SHA


class Starts:
    """Stands where the keeper stands: remembers whom it was asked to start."""

    def __init__(self):
        self.runs = []

    async def start(self, run_id):
        self.runs.append(run_id)


@pytest.fixture
def starts():
    return Starts()


@pytest.fixture
def desk(world, starts):
    return Desk(world.kit, starts)


def asked(key="trigger:1", **more):
    facts = {"service": "api", "environment": "staging", "ref": "main", "again": False, "by": ANN}
    return DeployRequest(key=key, **facts | more)


async def a_failed_run(world, step=StepName.FOLLOW, reason=Reason.DEPLOYMENT_CRASHED, **run):
    run_id = await world.a_run(RunState.RUNNING, **run)
    await world.runs.write_step(run_id, StepName.SHIP, state="done", memory={"known": []})
    await world.runs.write_step(run_id, step, state="failed", ended_at=NOON)
    fields = {"reason": reason.value, "detail": "It crashed.", "ended_at": NOON}
    assert await world.runs.move(run_id, RunState.FAILED, at=NOON, actor="pawdeploy", fields=fields)
    return run_id


async def test_one_delivery_is_one_run_however_often_it_arrives(desk, starts):
    runs = await asyncio.gather(*(desk.deploy(asked()) for _ in range(3)))
    assert {run.id for run in runs} == {1}
    assert (await desk.deploy(asked("trigger:2"))).id != 1


async def test_retry_goes_on_with_a_fresh_attempt_and_a_clean_card(world, desk, starts):
    run_id = await a_failed_run(world, StepName.HEALTH, Reason.HEALTH_BAD, deployment_id="d-1")
    run = await desk.retry(run_id, 1, BEN)
    assert (run.state, run.attempt, run.reason, run.detail, run.ended_at) == (
        RunState.PREPARING,
        2,
        None,
        "",
        None,
    )
    assert (run.step(StepName.SHIP).state, run.deployment_id) == (StepState.DONE, "d-1")
    assert run.step(StepName.HEALTH).state is StepState.TODO
    assert starts.runs == [run_id]


async def test_retry_after_the_deployment_ended_ships_a_new_one(world, desk):
    run_id = await a_failed_run(world, deployment_id="d-1", vendor_page="https://vendor.test/1")
    run = await desk.retry(run_id, 1, ANN)
    assert (run.step(StepName.SHIP).state, run.deployment_id, run.vendor_page) == (StepState.TODO, "", "")


async def test_a_double_click_on_retry_is_one_attempt(world, desk, starts):
    run_id = await a_failed_run(world)
    answers = await asyncio.gather(*(desk.retry(run_id, 1, ANN) for _ in range(3)), return_exceptions=True)
    assert sum(isinstance(one, UserError) for one in answers) == 2
    assert starts.runs == [run_id]
    assert (await world.view(run_id)).attempt == 2


async def test_retry_of_an_older_attempt_or_a_run_that_goes_on_is_refused(world, desk):
    going = await world.a_run(RunState.RUNNING, key="a")
    failed = await a_failed_run(world, key="b")
    for run_id, attempt in ((going, 1), (failed, 2), (failed, 0)):
        with pytest.raises(UserError, match="has moved on") as refused:
            await desk.retry(run_id, attempt, ANN)
        assert refused.value.reason is Reason.STALE_BUTTON


async def test_retry_never_ships_over_a_newer_run(world, desk, starts):
    old = await a_failed_run(world, key="a")
    newer = await world.a_run(RunState.RUNNING, key="b", deployment_id="d-2")
    with pytest.raises(UserError, match=rf"run {newer} .*`/pawdeploy staging`"):
        await desk.retry(old, 1, ANN)
    assert starts.runs == []


@pytest.mark.parametrize(
    ("state", "wakes"), [(RunState.PREPARING, False), (RunState.WAITING, True), (RunState.RUNNING, False)]
)
async def test_cancel_works_in_every_active_state_and_wakes_somebody_where_nobody_is_awake(
    world, desk, starts, state, wakes
):
    run_id = await world.a_run(state)
    run = await desk.cancel(run_id, BEN)
    assert (run.state, run.cancelled_by) == (RunState.CANCELLING, BEN)
    assert starts.runs == ([run_id] if wakes else [])


async def test_cancel_closes_a_failed_run_for_good(world, desk, starts):
    run_id = await a_failed_run(world)
    assert (await desk.cancel(run_id, ANN)).state is RunState.CANCELLING
    assert starts.runs == [run_id]
    await settle.wind_down(world.kit, run_id)
    with pytest.raises(UserError, match="it is cancelled now"):
        await desk.retry(run_id, 1, ANN)


async def test_a_second_cancel_is_told_that_the_run_has_moved_on(world, desk):
    run_id = await world.a_run()
    await desk.cancel(run_id, ANN)
    with pytest.raises(UserError, match="it is cancelling now"):
        await desk.cancel(run_id, BEN)


async def test_a_cancel_is_not_lost_to_a_run_that_moves_on_in_the_same_moment(world, desk):
    run_id = await world.a_run()
    reader = world.kit.reader

    class MovesOn(type(reader)):
        async def view(self, wanted):
            seen = await super().view(wanted)
            await world.runs.move(wanted, RunState.WAITING, at=NOON, actor=ANN, fields={"line_at": NOON})
            return seen

    object.__setattr__(world.kit, "reader", MovesOn(world.db))
    assert (await desk.cancel(run_id, BEN)).state is RunState.CANCELLING


async def test_a_run_nobody_knows_is_answered_with_the_way_to_find_one(desk):
    with pytest.raises(UserError, match="`/pawdeploy history`"):
        await desk.run(99)


async def test_a_cancelled_deployment_is_stopped_at_the_vendor(world):
    run_id = await world.a_run(RunState.RUNNING, deployment_id="d-1")
    world.vendor.phases = [Phase.BUILDING]
    await world.cancel(run_id)
    await settle.wind_down(world.kit, run_id)
    run = await world.view(run_id)
    assert (run.state, run.reason, world.vendor.cancelled) == (
        RunState.CANCELLED,
        Reason.CANCELLED,
        ["d-1"],
    )
    assert "was stopped" in run.live


@pytest.mark.parametrize(
    ("phase", "said"), [(Phase.LIVE, "went live before it could stop"), (Phase.FAILED, "was stopped")]
)
async def test_a_deployment_that_ended_before_the_cancel_is_left_alone(world, phase, said):
    run_id = await world.a_run(RunState.RUNNING, deployment_id="d-1")
    world.vendor.phases, world.vendor.serving = [phase], SHA
    await world.cancel(run_id)
    await settle.wind_down(world.kit, run_id)
    assert said in (await world.view(run_id)).live
    assert world.vendor.cancelled == []


async def test_closing_an_old_run_never_says_that_its_commit_runs_when_another_does_by_now(world):
    run_id = await world.a_run(RunState.RUNNING, deployment_id="d-1")
    world.vendor.phases, world.vendor.serving = [Phase.LIVE], OLD
    await world.cancel(run_id)
    await settle.wind_down(world.kit, run_id)
    assert f"by now staging runs {OLD[:7]}" in (await world.view(run_id)).live


async def test_a_cancel_never_stops_the_deployment_another_run_started_of_the_same_commit(world):
    run_id = await world.a_run(RunState.RUNNING)
    await world.runs.write_step(run_id, StepName.SHIP, state="running", memory={"known": []})
    other = await world.a_run(RunState.RUNNING, key="trigger:2", deployment_id="d-1")
    await world.vendor.start(None, SHA, run=other)
    await world.cancel(run_id)
    await settle.wind_down(world.kit, run_id)
    assert world.vendor.cancelled == []
    assert (await world.view(run_id)).deployment_id == ""


async def test_a_vendor_that_stays_away_ends_the_cancel_with_the_truth(world):
    run_id = await world.a_run(RunState.RUNNING, deployment_id="d-1")
    world.vendor.before["look"] = [VendorUnavailable("Railway", "looking") for _ in range(99)]
    await world.cancel(run_id)
    await settle.wind_down(world.kit, run_id)
    run = await world.view(run_id)
    assert run.state is RunState.CANCELLED
    assert "could not be stopped" in run.live


async def test_winding_down_twice_is_winding_down_once(world):
    run_id = await world.a_run()
    await world.cancel(run_id)
    await settle.wind_down(world.kit, run_id)
    before = await world.view(run_id)
    await settle.wind_down(world.kit, run_id)
    assert await world.view(run_id) == before
    assert before.live == "Nothing was shipped."


async def test_a_dry_run_shows_every_gate_and_changes_nothing(world, desk):
    await world.a_run(RunState.RUNNING)
    preview = await desk.preview(asked("trigger:9"))
    assert {gate.name: gate.open for gate in preview.gates} == {
        "not live yet": True,
        "checks": True,
        "freeze and locks": True,
        "platform": True,
        "line": False,
    }
    assert preview.diff.migrations == ("alembic/versions/0007_age.py",)
    assert (preview.diff.live_sha, preview.diff.head.sha) == (OLD, SHA)
    assert "start" not in world.vendor.calls


async def test_status_says_what_it_cannot_know(world, desk):
    world.vendor.before["live"] = [VendorUnavailable("Railway", "reading what is live")]
    staging, production = await desk.status()
    assert (staging.sha, "Railway" in staging.trouble) == ("", True)
    assert production.sha == OLD
    assert "health answers from a1b2c3d" in production.trouble
