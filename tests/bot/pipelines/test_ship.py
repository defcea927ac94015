"""Exactly one deployment, however the vendor answers and whenever the bot dies."""

import pytest

from bot.engine.reasons import Reason
from bot.engine.shipping import Phase, Platform, Shipment
from bot.engine.states import RunState, StepName, StepState
from bot.errors import VendorRejected, VendorUnavailable
from tests.bot.pipelines._world import OLD, SHA

SHIP, FOLLOW, RECORD = StepName.SHIP, StepName.FOLLOW, StepName.RECORD


def lost(**more):
    return VendorUnavailable("Railway", "starting a deployment", **more)


@pytest.fixture
async def run_id(world):
    return await world.a_run(RunState.RUNNING)


async def test_a_started_deployment_is_stored_with_its_page(world, run_id):
    assert await world.play(run_id, SHIP) == "done"
    run = await world.view(run_id)
    assert (run.deployment_id, run.vendor_page) == ("d-1", f"https://vendor.test/{run_id}")


async def test_a_deployment_that_a_lost_answer_started_is_adopted(world, run_id):
    world.vendor.after["start"] = [lost()]
    assert await world.play(run_id, SHIP) == "done"
    assert (await world.view(run_id)).deployment_id == "d-1"
    assert world.vendor.calls.count("start") == 1


async def test_a_deployment_that_shows_late_but_within_the_settle_window_is_adopted(world, run_id):
    world.vendor.after["start"], world.vendor.shows_after = [lost()], 14.0
    assert await world.play(run_id, SHIP) == "done"
    assert (world.vendor.calls.count("start"), len(world.vendor.made)) == (1, 1)


async def test_only_after_the_settle_window_is_a_start_that_had_no_effect_repeated(world, run_id):
    world.vendor.before["start"] = [lost()]
    assert await world.play(run_id, SHIP) == "done"
    assert (world.vendor.calls.count("start"), len(world.vendor.made)) == (2, 1)
    assert world.clock.passed >= world.project.timings.vendor_settle


async def test_a_vendor_that_names_its_time_is_asked_no_sooner(world, run_id):
    world.vendor.before["start"] = [lost(retry_after=60)]
    assert await world.play(run_id, SHIP) == "done"
    assert world.clock.passed >= 60


async def test_deployments_of_before_are_never_taken_for_ours(world, run_id):
    world.vendor.made = [(0.0, Shipment(id="earlier", sha=SHA, page=""))]
    world.vendor.before["start"] = [lost()]
    assert await world.play(run_id, SHIP) == "done"
    assert (await world.view(run_id)).deployment_id == "d-2"


async def test_somebody_elses_commit_is_never_taken_for_ours(world, run_id):
    world.vendor.before["start"] = [lost()]

    async def somebody_deploys():
        world.vendor.made.append((0.0, Shipment(id="theirs", sha=OLD, page="")))

    world.clock.then(1, somebody_deploys)
    assert await world.play(run_id, SHIP) == "done"
    assert (await world.view(run_id)).deployment_id == "d-2"


async def test_another_runs_deployment_of_the_same_commit_is_never_taken_for_ours(world, run_id):
    await world.runs.write_step(run_id, SHIP, state=StepState.RUNNING.value, memory={"known": []})
    other = await world.a_run(RunState.RUNNING, key="trigger:2", deployment_id="d-1")
    await world.vendor.start(None, SHA, run=other)
    assert await world.play(run_id, SHIP) == "done"
    assert (await world.view(run_id)).deployment_id == "d-2"


async def test_a_vendor_that_carries_our_number_is_believed(world, run_id):
    await world.runs.write_step(run_id, SHIP, state=StepState.RUNNING.value, memory={"known": []})
    world.vendor.made.append((0.0, Shipment(id="theirs", sha=SHA, page="", run=run_id + 1)))
    assert await world.play(run_id, SHIP) == "done"
    assert (await world.view(run_id)).deployment_id == "d-2"


async def test_after_a_crash_between_asking_and_knowing_the_deployment_is_found(world, run_id):
    world.vendor.after["start"] = [KeyboardInterrupt()]
    with pytest.raises(KeyboardInterrupt):
        await world.play(run_id, SHIP)
    assert (await world.view(run_id)).step(SHIP).state is StepState.RUNNING
    assert await world.play(run_id, SHIP) == "done"
    assert (await world.view(run_id)).deployment_id == "d-1"
    assert len(world.vendor.made) == 1


async def test_after_a_crash_before_asking_the_deployment_is_started_once_the_window_is_over(world, run_id):
    world.vendor.before["start"] = [KeyboardInterrupt()]
    with pytest.raises(KeyboardInterrupt):
        await world.play(run_id, SHIP)
    assert await world.play(run_id, SHIP) == "done"
    assert len(world.vendor.made) == 1
    assert world.clock.passed >= world.project.timings.vendor_settle


async def test_a_vendor_that_stays_away_fails_the_step_after_our_patience_without_a_second_deployment(
    world, run_id
):
    world.vendor.before["start"] = [lost() for _ in range(100)]
    assert await world.play(run_id, SHIP) == "stopped"
    run = await world.view(run_id)
    assert (run.state, run.reason) == (RunState.FAILED, Reason.VENDOR_UNAVAILABLE)
    assert (
        run.not_done == "No deployment is known to have started. Retry looks for one before starting another."
    )
    assert world.clock.passed >= world.project.timings.vendor_patience
    assert world.vendor.made == []


async def test_a_vendor_that_refuses_is_not_asked_again(world, run_id):
    world.vendor.before["start"] = [VendorRejected("Railway", "starting a deployment", status=401)]
    assert await world.play(run_id, SHIP) == "stopped"
    assert (await world.view(run_id)).reason is Reason.VENDOR_REJECTED
    assert world.vendor.calls.count("start") == 1


async def test_during_an_incident_nothing_is_started(world, run_id):
    world.vendor.well = Platform(stable=False, note="builds are delayed")
    assert await world.play(run_id, SHIP) == "stopped"
    run = await world.view(run_id)
    assert run.reason is Reason.PLATFORM_UNSTABLE
    assert "builds are delayed" in run.detail
    assert world.vendor.made == []


async def test_a_deployment_is_followed_through_its_phases_until_it_is_live(world):
    run_id = await world.a_run(RunState.RUNNING, deployment_id="d-1")
    world.vendor.phases = [Phase.QUEUED, Phase.BUILDING, Phase.UNKNOWN, Phase.DEPLOYING, Phase.LIVE]
    assert await world.play(run_id, FOLLOW) == "done"
    assert (await world.view(run_id)).step(FOLLOW).note == "live (LIVE)"
    assert world.clock.passed == 4 * world.project.timings.poll


@pytest.mark.parametrize(
    ("phase", "reason"),
    [
        (Phase.FAILED, Reason.DEPLOYMENT_FAILED),
        (Phase.CRASHED, Reason.DEPLOYMENT_CRASHED),
        (Phase.SKIPPED, Reason.DEPLOYMENT_SKIPPED),
        (Phase.REMOVED, Reason.DEPLOYMENT_REMOVED),
        (Phase.NEEDS_APPROVAL, Reason.DEPLOYMENT_NEEDS_APPROVAL),
    ],
)
async def test_a_deployment_that_ends_otherwise_fails_the_run_for_its_own_reason(world, phase, reason):
    run_id = await world.a_run(RunState.RUNNING, deployment_id="d-1")
    world.vendor.phases, world.vendor.failing = [phase], "PRE_DEPLOY_COMMAND: exit code 1"
    assert await world.play(run_id, FOLLOW) == "stopped"
    run = await world.view(run_id)
    assert (run.state, run.reason) == (RunState.FAILED, reason)
    assert run.live == f"staging now runs {OLD[:7]}."
    if phase is not Phase.NEEDS_APPROVAL:
        assert "PRE_DEPLOY_COMMAND: exit code 1" in run.detail


async def test_a_deployment_that_never_ends_is_given_up_on_time_and_names_where_it_hangs(world):
    run_id = await world.a_run(RunState.RUNNING, deployment_id="d-1")
    world.vendor.phases = [Phase.BUILDING]
    assert await world.play(run_id, FOLLOW) == "stopped"
    run = await world.view(run_id)
    assert run.reason is Reason.DEPLOYMENT_TIMED_OUT
    assert "still BUILDING after 2 min" in run.detail
    assert world.clock.passed == pytest.approx(world.project.timings.deployment_timeout, abs=6)


async def test_logs_that_cannot_be_read_decide_nothing(world):
    run_id = await world.a_run(RunState.RUNNING, deployment_id="d-1")
    world.vendor.phases = [Phase.CRASHED]
    world.vendor.before["last_lines"] = [VendorUnavailable("Railway", "reading logs")]
    assert await world.play(run_id, FOLLOW) == "stopped"
    assert (await world.view(run_id)).reason is Reason.DEPLOYMENT_CRASHED


async def test_one_record_on_github_even_when_an_answer_was_lost(world, run_id):
    world.repository.after["create_deployment"] = [VendorUnavailable("GitHub", "recording a deployment")]
    assert await world.play(run_id, RECORD) == "done"
    assert world.repository.records == [100]
    assert (await world.view(run_id)).github_deployment == 100


async def test_a_deployment_an_earlier_run_left_going_is_waited_for(world):
    world.vendor.phases = [Phase.BUILDING, Phase.DEPLOYING, Phase.REMOVED]
    earlier = await world.a_run(RunState.RUNNING, deployment_id="theirs")
    assert await world.runs.move(earlier, RunState.FAILED, at=world.clock.now(), actor="pawdeploy")
    run_id = await world.a_run(RunState.RUNNING, key="trigger:2")
    assert await world.play(run_id, SHIP) == "done"
    assert world.vendor.calls[: world.vendor.calls.index("start")].count("look") == 3


async def test_a_deployment_an_earlier_run_left_going_for_ever_is_named_and_none_starts_beside_it(world):
    world.vendor.phases = [Phase.BUILDING]
    earlier = await world.a_run(RunState.RUNNING, deployment_id="theirs")
    assert await world.runs.move(earlier, RunState.FAILED, at=world.clock.now(), actor="pawdeploy")
    run_id = await world.a_run(RunState.RUNNING, key="trigger:2")
    assert await world.play(run_id, SHIP) == "stopped"
    run = await world.view(run_id)
    assert (run.state, run.reason) == (RunState.FAILED, Reason.DEPLOYMENT_TIMED_OUT)
    assert f"Cancel run {earlier}" in run.detail
    assert "start" not in world.vendor.calls
