"""A step is played once: what is finished stays finished, what is not ours is not touched."""

import pytest

from bot.db.audit_store import AuditStore, Intact
from bot.db.posts_store import PostsStore
from bot.engine.checks import CheckState
from bot.engine.health import Health
from bot.engine.reasons import Reason
from bot.engine.shipping import Phase
from bot.engine.states import RunState, StepName, StepState
from bot.errors import VendorRejected, VendorUnavailable
from bot.guards import Approval
from bot.pipelines import settle
from tests.bot.pipelines._world import ANN, NOON, OLD, SHA, report

S = StepName


async def test_all_steps_in_order_end_in_a_deployed_run_with_an_intact_audit_chain(world):
    run_id = await world.a_run()
    for name in (S.RESOLVE, S.CHECKS):
        assert await world.play(run_id, name) == "done"
    await world.runs.move(run_id, RunState.WAITING, at=NOON, actor=ANN, fields={"line_at": NOON})
    for name in (S.LINE, S.RECORD, S.SHIP, S.FOLLOW, S.HEALTH, S.SMOKE):
        assert await world.play(run_id, name) == "done", name
    await settle.finish(world.kit, run_id, 1)

    run = await world.view(run_id)
    assert (run.state, run.reason, run.previous_sha) == (RunState.SUCCEEDED, Reason.DEPLOYED, OLD)
    assert {step.state for step in run.steps} == {StepState.DONE}
    assert isinstance(await AuditStore(world.db).verify(), Intact)


async def test_a_finished_step_is_found_finished_and_nothing_is_asked_again(world):
    run_id = await world.a_run()
    await world.play(run_id, S.RESOLVE)
    before, calls = await world.view(run_id), list(world.repository.calls)
    world.repository.heads["main"] = OLD
    assert await world.play(run_id, S.RESOLVE) == "done"
    assert await world.view(run_id) == before
    assert world.repository.calls == calls


async def test_another_attempt_is_not_touched(world):
    run_id = await world.a_run()
    before = await world.view(run_id)
    for attempt in (0, 2):
        assert await world.play(run_id, S.RESOLVE, attempt=attempt) == "stopped"
    assert await world.view(run_id) == before


async def test_a_run_that_does_not_exist_is_stopped(world):
    assert await world.play(99, S.RESOLVE) == "stopped"


async def test_a_run_that_has_ended_plays_no_further_step(world):
    run_id = await world.a_run(ref="nowhere")
    world.repository.before["resolve"] = [VendorRejected("GitHub", "resolving", status=422)]
    assert await world.play(run_id, S.RESOLVE) == "stopped"
    before = await world.view(run_id)
    assert await world.play(run_id, S.CHECKS) == "stopped"
    assert await world.view(run_id) == before


async def test_a_cancel_between_steps_stops_before_the_next_one(world):
    run_id = await world.a_run(RunState.RUNNING)
    await world.cancel(run_id)
    assert await world.play(run_id, S.SHIP) == "stopped"
    assert world.vendor.made == []
    assert (await world.view(run_id)).step(S.SHIP).state is StepState.TODO


async def test_a_cancel_inside_a_step_ends_it_as_cancelled(world):
    run_id = await world.a_run(RunState.RUNNING, deployment_id="d-1")
    world.vendor.phases = [Phase.BUILDING]
    world.clock.then(7, lambda: world.cancel(run_id))
    assert await world.play(run_id, S.FOLLOW) == "stopped"
    run = await world.view(run_id)
    assert (run.state, run.step(S.FOLLOW).state) == (RunState.CANCELLING, StepState.CANCELLED)


async def test_a_cancel_that_meets_a_failure_wins_and_the_step_still_says_how_it_ended(world):
    run_id = await world.a_run(RunState.RUNNING, deployment_id="d-1")

    async def crash_as_it_is_cancelled(*_):
        await world.cancel(run_id)
        return ()

    world.vendor.phases = [Phase.CRASHED]
    world.vendor.last_lines = crash_as_it_is_cancelled
    assert await world.play(run_id, S.FOLLOW) == "stopped"
    run = await world.view(run_id)
    assert (run.state, run.step(S.FOLLOW).state) == (RunState.CANCELLING, StepState.FAILED)


async def test_a_failure_owes_the_thread_what_the_vendor_said(world):
    run_id = await world.a_run(RunState.RUNNING, deployment_id="d-1")
    world.vendor.phases = [Phase.CRASHED]
    await world.play(run_id, S.FOLLOW)
    note = await PostsStore(world.db).find(f"run:{run_id}:log:1")
    assert note is not None
    assert note.body.splitlines() == ["boom", "exit 1"]


async def test_what_runs_now_is_called_unknown_when_the_vendor_does_not_say(world):
    run_id = await world.a_run(RunState.RUNNING, deployment_id="d-1")
    world.vendor.phases = [Phase.CRASHED]
    world.vendor.before["live"] = [VendorUnavailable("Railway", "reading what is live")]
    await world.play(run_id, S.FOLLOW)
    assert (await world.view(run_id)).live.startswith("What staging runs now is unknown")


async def test_the_ref_is_resolved_once_whatever_the_branch_does_later(world):
    run_id = await world.a_run()
    world.vendor.before["live"] = [VendorRejected("Railway", "reading what is live", status=401)]
    assert await world.play(run_id, S.RESOLVE) == "stopped"
    world.repository.heads["main"] = OLD
    await world.runs.move(
        run_id, RunState.PREPARING, at=NOON, actor=ANN, fields={"attempt": 2}, redo=frozenset()
    )
    assert await world.play(run_id, S.RESOLVE, attempt=2) == "done"
    assert (await world.view(run_id)).sha == SHA


async def test_an_unknown_ref_is_refused_with_the_nearest_branches(world):
    run_id = await world.a_run(ref="mian")
    world.repository.near = ("main", "maintenance")
    world.repository.before["resolve"] = [VendorRejected("GitHub", "resolving", status=404)]
    assert await world.play(run_id, S.RESOLVE) == "stopped"
    run = await world.view(run_id)
    assert (run.state, run.reason) == (RunState.REFUSED, Reason.UNKNOWN_REF)
    assert "Did you mean main or maintenance?" in run.detail


@pytest.mark.parametrize("again", [False, True])
async def test_a_commit_that_is_live_already_needs_again(world, again):
    world.vendor.serving = SHA
    run_id = await world.a_run(again=again)
    assert await world.play(run_id, S.RESOLVE) == ("done" if again else "stopped")
    run = await world.view(run_id)
    assert run.reason is (None if again else Reason.ALREADY_LIVE)


async def test_running_checks_are_waited_for(world):
    run_id = await world.a_run(RunState.WAITING)
    world.repository.reports = [
        report(test=CheckState.PENDING, lint=CheckState.PASSED),
        report(test=CheckState.PASSED, lint=CheckState.PASSED),
    ]
    assert await world.play(run_id, S.CHECKS) == "done"
    assert world.clock.passed == world.project.timings.poll


@pytest.mark.parametrize(
    ("states", "reason"),
    [
        ({"test": CheckState.FAILED}, Reason.CHECKS_RED),
        ({"test": CheckState.PENDING, "lint": CheckState.PASSED}, Reason.CHECKS_PENDING),
        ({"test": CheckState.PASSED}, Reason.CHECKS_MISSING),
        ({}, Reason.NO_CHECKS),
    ],
)
async def test_a_gate_that_stays_shut_refuses_for_its_own_reason(world, states, reason):
    run_id = await world.a_run(RunState.WAITING)
    world.repository.reports = [report(**states)]
    assert await world.play(run_id, S.CHECKS) == "stopped"
    run = await world.view(run_id)
    assert (run.state, run.reason) == (RunState.REFUSED, reason)
    assert run.not_done == "Nothing was shipped; staging is unchanged."


async def test_health_wants_several_good_answers_in_a_row_from_the_new_commit(world):
    run_id = await world.a_run(RunState.RUNNING, deployment_id="d-1")
    good, old = (Health(ok=True, commit=commit, said="200 ok") for commit in (SHA, OLD))
    world.probe.answers = [old, good, good, Health(ok=False, commit="", said="HTTP 503"), good]
    assert await world.play(run_id, S.HEALTH) == "done"
    assert (await world.view(run_id)).step(S.HEALTH).note == "3 good answers in a row"
    assert world.clock.passed == 6 * world.project.timings.health_interval


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Health(ok=True, commit=OLD, said="200 ok"), Reason.HEALTH_OLD_COMMIT),
        (Health(ok=False, commit="", said="HTTP 503"), Reason.HEALTH_BAD),
    ],
)
async def test_health_that_does_not_come_fails_for_its_own_reason(world, answer, reason):
    run_id = await world.a_run(RunState.RUNNING, deployment_id="d-1")
    world.probe.answers = [answer]
    assert await world.play(run_id, S.HEALTH) == "stopped"
    assert (await world.view(run_id)).reason is reason


async def test_every_smoke_test_runs_and_each_failed_one_is_named(world):
    run_id = await world.a_run(RunState.RUNNING, deployment_id="d-1")
    world.probe.smokes = {"version": "HTTP 500"}
    assert await world.play(run_id, S.SMOKE) == "stopped"
    run = await world.view(run_id)
    assert (run.reason, world.probe.smoked) == (Reason.SMOKE_FAILED, ["version", "pets list"])
    assert run.detail == "1 of 2 smoke tests failed: version: HTTP 500."


async def test_an_environment_that_needs_approval_by_now_is_not_shipped_to(world):
    run_id = await world.a_run(RunState.WAITING)
    world.project.services[0].environments["staging"] = (
        world.project.services[0]
        .environments["staging"]
        .model_copy(update={"approval": Approval(roles=("approver",))})
    )
    assert await world.play(run_id, S.LINE) == "stopped"
    run = await world.view(run_id)
    assert (run.state, run.reason) == (RunState.REFUSED, Reason.CONSENT_VOID)
    assert run.not_done == "Nothing was shipped; staging is unchanged."
    assert world.vendor.made == []
