"""A workflow of the project file is started once, as people agreed to it, with nothing anybody typed."""

import pytest

from bot.engine.reasons import Reason
from bot.engine.shipping import Phase
from bot.engine.states import RunKind, RunState, StepName
from bot.errors import UserError, VendorRejected
from bot.pipelines import settle
from bot.pipelines.places import find
from bot.pipelines.requests import DeployRequest, RollbackRequest
from bot.pipelines.sentry import tell_sentry
from bot.pipelines.step import once
from bot.pipelines.way_back import Wanted, leaving
from tests.bot.pipelines._asking import Left
from tests.bot.pipelines._mending import MendingWorld, mending_project
from tests.bot.pipelines._world import ANN, BEN, CLEO, NOON, OLD, SHA

OTHER = "b2c3d4e" + "0" * 33


@pytest.fixture
def world(fresh_database):
    return MendingWorld(fresh_database, mending_project())


async def ended(world, reason, state=RunState.FAILED):
    run = await world.now()
    assert (run.state, run.reason) == (state, reason)
    return run


async def test_it_is_started_with_its_own_inputs_on_the_agreed_commit_and_followed_to_its_end(world):
    await world.my_turn()
    world.workflows.phases = [Phase.QUEUED, Phase.DEPLOYING, Phase.LIVE]

    assert await world.step(StepName.WORKFLOW) == "done"
    run = await world.finish()

    assert world.workflows.sent == [("migrate.yml", SHA, {"action": "downgrade"})]
    assert (run.state, run.reason, run.live) == (RunState.SUCCEEDED, Reason.WORKFLOW_DONE, "")
    assert run.step(StepName.WORKFLOW).url == "https://github.test/run"
    assert world.vendor.calls == []


async def test_what_somebody_typed_is_kept_and_never_sent(world):
    await world.wanted(why="action=upgrade", key="action")
    run = await world.ask()
    assert await world.agreed(BEN, CLEO) == "done"
    await world.get_in_line()
    for name in (StepName.LINE, StepName.WORKFLOW):
        assert await world.step(name) == "done"

    assert run.why == "action=upgrade"
    assert world.workflows.sent == [("migrate.yml", SHA, {"action": "downgrade"})]


async def test_nothing_is_started_before_enough_people_agreed(world):
    await world.until_asked()
    world.clock.then(world.clock.passed + 5, world.leave)
    with pytest.raises(Left):
        await world.agreed(BEN)

    assert (await world.now()).step(StepName.CONSENT).note == "1 of 2"
    assert world.workflows.sent == []


async def test_who_wants_it_does_not_agree_to_it_though_an_approver(world):
    world.people.holders["approver"].add(ANN)
    run = await world.until_asked("source-maps")

    with pytest.raises(UserError, match="somebody else") as refused:
        await world.voices.approve(run.id, run.asking.binding, ANN)

    assert refused.value.reason is Reason.OWN_RUN


async def test_an_app_has_its_own_quorum_and_repository(world):
    run = await world.my_turn("source-maps")
    assert await world.step(StepName.WORKFLOW) == "done"

    assert (run.service, run.environment, run.asking.quorum) == ("mobile", "production", 1)
    assert world.workflows.sent == [("source-maps.yml", SHA, {"action": "upload"})]


async def test_a_no_stops_it_before_anything_is_started(world):
    run = await world.until_asked()
    await world.voices.reject(run.id, run.asking.binding, BEN, "the backup runs")
    assert await world.step(StepName.CONSENT) == "stopped"

    run = await ended(world, Reason.REJECTED, RunState.REFUSED)
    assert (run.detail, run.not_done) == ("the backup runs", "The workflow was not started.")
    assert world.workflows.sent == []


async def test_a_no_in_line_stops_it_too(world):
    run = await world.in_line()
    await world.voices.reject(run.id, run.asking.binding, BEN, "wait")

    assert (await ended(world, Reason.REJECTED, RunState.REFUSED)).not_done == "The workflow was not started."


async def test_whoever_agreed_agreed_to_these_inputs(world):
    run = await world.in_line()
    after = world.born_again(mending_project(inputs={"action": "upgrade"}))

    assert await after.step(StepName.LINE) == "again"
    assert (await after.now()).asking is None
    asked = await after.ask()

    assert asked.asking.votes == ()
    assert asked.asking.binding != run.asking.binding
    assert asked.sent == {"action": "upgrade"}
    assert world.workflows.sent == []


async def test_a_branch_that_moved_asks_anew(world):
    await world.in_line()
    world.repository.heads["main"] = OTHER

    assert await world.step(StepName.LINE) == "again"
    assert (await world.ask()).sha == OTHER


async def test_what_is_agreed_to_is_sent_though_the_file_changed_once_it_runs(world):
    await world.my_turn()
    after = world.born_again(mending_project(inputs={"action": "upgrade"}))

    assert await after.step(StepName.WORKFLOW) == "done"
    assert world.workflows.sent == [("migrate.yml", SHA, {"action": "downgrade"})]


async def test_one_that_nobody_agrees_to_is_not_started_as_something_else(world):
    await world.in_line("upgrade")
    after = world.born_again(mending_project(file="other.yml"))

    assert await after.step(StepName.LINE) == "stopped"
    await ended(after, Reason.CONSENT_VOID, RunState.REFUSED)


@pytest.mark.parametrize("name", ["upgrade", "downgrade"])
async def test_one_that_is_gone_from_the_file_is_refused(world, name):
    await world.in_line(name)
    after = world.born_again(mending_project(name))

    assert await after.step(StepName.LINE) == "stopped"
    assert "no workflow" in (await ended(after, Reason.UNKNOWN_WORKFLOW, RunState.REFUSED)).detail


async def test_a_ref_nobody_knows_is_said_with_those_close_to_it(world):
    await world.wanted()
    world.repository.near = ("main",)
    world.repository.before["resolve"] = [VendorRejected("GitHub", "reading a ref", status=404)]

    assert await world.step(StepName.RESOLVE) == "stopped"
    run = await ended(world, Reason.UNKNOWN_REF, RunState.REFUSED)
    assert "Did you mean main?" in run.detail


async def test_locks_newer_runs_and_what_is_live_do_not_stop_it(world):
    world.vendor.serving = SHA
    await world.holds.lock(
        "lock", service="", environment="production", by=CLEO, reason="a rollback", until=None
    )
    await world.in_line()
    newer = await world.request("a deploy")
    await world.runs.set(newer, deployment_id="d-9")
    world.run_id = 1

    assert await world.step(StepName.LINE) == "done"
    assert await world.step(StepName.WORKFLOW) == "done"


async def test_it_is_no_deploy_to_anybody(world):
    await world.my_turn()
    assert await world.step(StepName.WORKFLOW) == "done"
    await settle.tell_github(world.kit, world.run_id)
    await tell_sentry(world.kit, world.run_id)
    await world.finish()
    await settle.tell_followers(world.kit, world.run_id)

    assert await world.reader.good_runs("api", "production") == ()
    assert (world.repository.records, world.repository.statuses) == ([], [])
    assert await world.owed("line") == []
    assert world.errors.told == []


async def test_while_it_runs_nothing_else_is_being_shipped(world):
    await world.my_turn()
    there = find(world.kit, "api", "production")
    wanted = Wanted(service="api", environment="production", to="")

    assert await leaving(world.kit, there, wanted, once) == OLD


async def test_an_app_is_neither_deployed_nor_rolled_back(world):
    place = {"service": "mobile", "environment": "production", "by": ANN}
    deploy = DeployRequest(key="a", ref="main", again=False, **place)
    back = RollbackRequest(key="b", to="", **place)
    for asked in (world.desk.deploy(deploy), world.desk.rollback(back), world.desk.preview_rollback(back)):
        with pytest.raises(UserError, match="knows no service mobile") as refused:
            await asked
        assert refused.value.reason is Reason.UNKNOWN_ENVIRONMENT


async def test_whoever_looks_at_what_runs_sees_no_app(world):
    assert {status.service for status in await world.desk.status()} == {"api"}


async def test_the_same_key_is_one_run_though_the_file_has_it_no_more(world):
    first = await world.wanted()
    after = world.born_again(mending_project("downgrade"))

    assert (await after.wanted()).id == first.id
    assert (await world.wanted(key="incident:2:step")).id != first.id


async def test_a_name_the_file_does_not_have_is_refused_with_those_it_has(world):
    with pytest.raises(UserError, match="`downgrade`, `source-maps`") as refused:
        await world.wanted("down`grade")

    assert refused.value.reason is Reason.UNKNOWN_WORKFLOW
    assert world.starts.runs == []


async def test_the_run_keeps_what_it_was_asked_to_do(world):
    run = await world.wanted()

    assert (run.kind, run.workflow, run.workflow_name, run.workflow_file, run.sent, run.ref) == (
        RunKind.WORKFLOW,
        "Take the last migration back",
        "downgrade",
        "migrate.yml",
        {"action": "downgrade"},
        "main",
    )
    assert [step.name for step in run.steps] == [
        StepName.RESOLVE,
        StepName.CONSENT,
        StepName.LINE,
        StepName.WORKFLOW,
    ]
    assert run.requested_at == NOON
