"""Which commit is meant is settled once; tests that are required are waited for, in time and not for ever."""

from bot.engine.reasons import Reason
from bot.engine.signals import Signal, Verdict
from bot.engine.states import RunState, StepName
from tests.bot.pipelines._world import ANN, NOON, OLD, SHA


async def a_run(world, *, ref="main", **more) -> int:
    return await world.runs.create(
        key="trigger:1", service="api", environment="production", ref=ref, again=False, by=ANN, at=NOON,
        card_channel="C0DEPLOYS01", more=more,
    )  # fmt: skip


async def refused(world, run_id, name: StepName) -> tuple[Reason | None, str]:
    assert await world.play(run_id, name) == "stopped"
    run = await world.view(run_id)
    assert run.state is RunState.REFUSED
    return run.reason, run.detail


def wants_e2e(world) -> None:
    places = world.project.services[0].environments
    places["production"] = places["production"].model_copy(update={"required_suites": ("e2e",)})


async def reported(world, verdict=Verdict.PASSED, *, sha=SHA) -> None:
    signal = Signal(sha=sha, suite="e2e", verdict=verdict, url="https://tests.test/7", at=NOON)
    await world.kit.signals.keep(f"msg-{sha[:4]}-{verdict}", signal, received_at=NOON)


async def test_without_a_ref_the_commit_staging_runs_is_meant(world):
    world.repository.heads = {OLD: OLD}
    run_id = await a_run(world, ref="")
    reason, detail = await refused(world, run_id, StepName.RESOLVE)
    assert reason is Reason.ALREADY_LIVE  # both places are one vendor here
    assert OLD[:7] in detail


async def test_without_a_ref_and_with_nothing_known_of_staging_nothing_is_guessed(world):
    world.vendor.serving = None
    reason, detail = await refused(world, await a_run(world, ref=""), StepName.RESOLVE)
    assert reason is Reason.UNKNOWN_REF
    assert "What staging runs is not known" in detail
    assert "resolve" not in world.repository.calls


async def test_a_ref_is_resolved_once_and_stays_that_commit(world):
    run_id = await a_run(world)
    assert await world.play(run_id, StepName.RESOLVE) == "done"
    assert (await world.view(run_id)).sha == SHA
    world.repository.heads["main"] = OLD
    await world.runs.write_step(run_id, StepName.RESOLVE, state="running")
    assert await world.play(run_id, StepName.RESOLVE) == "done"
    assert (await world.view(run_id)).sha == SHA


async def test_a_required_suite_is_waited_for(world):
    wants_e2e(world)
    run_id = await a_run(world, sha=SHA)
    world.clock.then(20, lambda: reported(world))
    assert await world.play(run_id, StepName.CHECKS) == "done"
    assert world.clock.passed >= 20
    assert (await world.view(run_id)).step(StepName.CHECKS).note.endswith("tested: e2e")


async def test_a_suite_that_stays_silent_refuses_in_the_end(world):
    wants_e2e(world)
    await reported(world, sha=OLD)
    reason, detail = await refused(world, await a_run(world, sha=SHA), StepName.CHECKS)
    assert reason is Reason.TESTS_MISSING
    assert "did not report in time: e2e" in detail


async def test_a_suite_that_failed_refuses_at_once(world):
    wants_e2e(world)
    await reported(world, Verdict.FAILED)
    reason, detail = await refused(world, await a_run(world, sha=SHA), StepName.CHECKS)
    assert reason is Reason.TESTS_RED
    assert f"failed {SHA[:7]}: e2e" in detail
    assert world.clock.passed == 0
