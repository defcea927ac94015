"""Where a way back leads, and that what it brings back is kept."""

import pytest

from bot.engine.holds import PAWDEPLOY
from bot.engine.reasons import Reason
from bot.engine.shipping import Shipment
from bot.engine.states import RunKind, RunState, StepName
from bot.errors import VendorUnavailable
from bot.pipelines.requests import RollbackRequest
from bot.pipelines.take_back import store
from tests.bot.pipelines._world import ANN, NOON

S = StepName
FIRST, SECOND, THIRD = "a" * 40, "b" * 40, "c" * 40
AWAY = VendorUnavailable("Railway", "switching", detail="timed out")


async def a_run(world, sha, state=RunState.SUCCEEDED, **columns):
    """A run in production as it ended, or goes on."""
    world.made = getattr(world, "made", 0) + 1
    run_id = await world.runs.create(
        key=f"run:{world.made}",
        service="api",
        environment="production",
        ref="main",
        again=False,
        by=ANN,
        at=NOON,
        card_channel="C0DEPLOYS01",
        kind=RunKind.ROLLBACK if "target_run" in columns else RunKind.DEPLOY,
    )
    road = [RunState.WAITING, RunState.RUNNING]
    for target in [*road, state] if state not in road else road[: road.index(state) + 1]:
        world.clock.at = world.clock.at.replace(second=world.made)
        fields = {"line_at": NOON} | ({"ended_at": world.clock.at} if target is state else {})
        assert await world.runs.move(run_id, target, at=NOON, actor=ANN, fields=fields)
    await world.runs.set(run_id, sha=sha, deployment_id=f"old-{run_id}", **columns)
    return run_id


async def back(world, to="", **more):
    """Ask to go back and find out where to."""
    request = RollbackRequest(key="back", service="api", environment="production", to=to, by=ANN)
    run_id = await store(world.kit, request, **more)
    ending = await world.play(run_id, S.RESOLVE)
    return ending, await world.view(run_id)


async def test_the_run_before_what_is_live_is_gone_back_to(world):
    first = await a_run(world, FIRST)
    await a_run(world, SECOND)
    world.vendor.serving = SECOND
    ending, run = await back(world)
    assert (ending, run.sha, run.target_run, run.previous_sha) == ("done", FIRST, first, SECOND)


async def test_while_a_newer_run_ships_what_is_live_still_is_what_to_go_back_to(world):
    await a_run(world, FIRST)
    second = await a_run(world, SECOND)
    await a_run(world, THIRD, RunState.RUNNING)
    world.vendor.serving = SECOND
    _, run = await back(world)
    assert (run.sha, run.target_run, run.previous_sha) == (SECOND, second, THIRD)


async def test_going_back_again_goes_further_back(world):
    first = await a_run(world, FIRST)
    second = await a_run(world, SECOND)
    await a_run(world, THIRD)
    await a_run(world, SECOND, target_run=second)
    world.vendor.serving = SECOND
    _, run = await back(world)
    assert (run.sha, run.target_run) == (FIRST, first)


async def test_a_run_that_failed_is_not_gone_back_to(world):
    first = await a_run(world, FIRST)
    await a_run(world, SECOND, RunState.FAILED)
    await a_run(world, THIRD)
    world.vendor.serving = THIRD
    _, run = await back(world)
    assert run.target_run == first


async def test_without_an_earlier_good_run_there_is_nothing_to_go_back_to(world):
    await a_run(world, FIRST)
    world.vendor.serving = FIRST
    ending, run = await back(world)
    assert (ending, run.state, run.reason) == ("stopped", RunState.REFUSED, Reason.NOTHING_TO_ROLL_BACK)


@pytest.mark.parametrize("to", ["1", "aaaaaaa", "a" * 40])
async def test_a_listed_run_is_found_by_number_or_sha(world, to):
    await a_run(world, FIRST)
    await a_run(world, SECOND)
    await a_run(world, THIRD)
    world.vendor.serving = THIRD
    _, run = await back(world, to)
    assert (run.sha, run.target_run) == (FIRST, 1)


@pytest.mark.parametrize("to", ["9", "ddddddd", "aaa"])
async def test_what_is_not_listed_is_refused_with_what_is(world, to):
    await a_run(world, FIRST)
    ending, run = await back(world, to)
    assert (ending, run.reason) == ("stopped", Reason.NOTHING_TO_ROLL_BACK)
    assert "There are: 1 (aaaaaaa)." in run.detail


async def test_what_is_live_already_is_refused(world):
    await a_run(world, FIRST)
    world.vendor.serving = FIRST
    ending, run = await back(world, "1")
    assert (ending, run.reason) == ("stopped", Reason.ALREADY_LIVE)


async def test_what_hurt_is_taken_back_to_what_ran_before_it_whoever_shipped_that(world):
    parent = await a_run(world, SECOND, RunState.FAILED, previous_sha=FIRST)
    world.vendor.serving = SECOND
    _, run = await back(world, automatic=True, parent_id=parent)
    assert (run.sha, run.target_run) == (FIRST, None)


@pytest.mark.parametrize("kept", [True, False])
async def test_the_newest_kept_image_is_restored_else_none(world, kept):
    await a_run(world, FIRST)
    await a_run(world, SECOND)
    world.vendor.serving = SECOND
    for name in ("older", "newer"):
        one = Shipment(id=name, sha=FIRST, page="", can_roll_back=kept)
        world.vendor.made.append((0.0, one))
    _, run = await back(world)
    assert run.restore_id == ("newer" if kept else "")


async def held(world):
    """Play the step that holds; return its note and the lock."""
    await a_run(world, FIRST)
    await a_run(world, SECOND)
    world.vendor.serving = SECOND
    _, run = await back(world)
    for target in (RunState.WAITING, RunState.RUNNING):
        await world.runs.move(run.id, target, at=NOON, actor=ANN, fields={"line_at": NOON})
    return run.id


async def note_and_lock(world, run_id):
    lock = await world.holds.of_run(run_id)
    assert lock is not None
    assert lock.by == PAWDEPLOY
    return (await world.view(run_id)).step(S.HOLD).note, lock


async def test_auto_deploy_that_is_on_is_switched_off_and_said(world):
    world.vendor.by_itself = True
    run_id = await held(world)
    assert await world.play(run_id, S.HOLD) == "done"
    note, lock = await note_and_lock(world, run_id)
    assert (world.vendor.by_itself, lock.auto_deploy_off) == (False, True)
    assert note == "locked; the platform's auto-deploy was switched off"


async def test_auto_deploy_that_is_off_is_left_alone(world):
    run_id = await held(world)
    await world.play(run_id, S.HOLD)
    note, lock = await note_and_lock(world, run_id)
    assert (note, lock.auto_deploy_off) == ("locked", False)
    assert "set_auto_deploys" not in world.vendor.calls


async def test_a_crash_before_the_switch_still_switches_it_off(world):
    world.vendor.by_itself = True
    run_id = await held(world)
    await world.runs.write_step(run_id, S.HOLD, state="running", memory={"off": ["yes"]})
    await world.play(run_id, S.HOLD)
    _, lock = await note_and_lock(world, run_id)
    assert (world.vendor.by_itself, lock.auto_deploy_off) == (False, True)


async def test_a_crash_after_the_switch_still_offers_to_switch_it_on_again(world):
    world.vendor.by_itself = False  # by the life before
    run_id = await held(world)
    await world.runs.write_step(run_id, S.HOLD, state="running", memory={"off": ["yes"]})
    await world.play(run_id, S.HOLD)
    _, lock = await note_and_lock(world, run_id)
    assert lock.auto_deploy_off


@pytest.mark.parametrize("doing", ["auto_deploys", "set_auto_deploys"])
async def test_trouble_with_the_switch_is_said_and_stops_nobody(world, doing):
    world.vendor.by_itself = True
    world.vendor.before[doing] = [AWAY]
    run_id = await held(world)
    assert await world.play(run_id, S.HOLD) == "done"
    note, lock = await note_and_lock(world, run_id)
    assert "whether a push deploys by itself is not known" in note
    assert "switched off" not in note
    assert lock.auto_deploy_off == (doing == "set_auto_deploys")


MIGRATION = "alembic/versions/0007_age.py"
ONE_WAY = "# pawdeploy: irreversible: owners are merged\n"


async def across(world, **more):
    """Go back across a migration, as far as that is looked at."""
    await a_run(world, FIRST)
    await a_run(world, SECOND)
    world.vendor.serving = SECOND
    _, run = await back(world, **more)
    return await world.play(run.id, S.CHANGES), await world.view(run.id)


async def test_a_migration_that_cannot_be_undone_is_refused_by_name(world):
    world.repository.texts[MIGRATION] = ONE_WAY
    ending, run = await across(world)
    assert (ending, run.state, run.reason) == ("stopped", RunState.REFUSED, Reason.IRREVERSIBLE)
    assert f"{MIGRATION} (owners are merged)" in run.detail
    assert "Data is not rolled back" in run.detail


async def test_an_automatic_way_back_across_one_is_refused_and_calls_those_on_call(world):
    world.repository.texts[MIGRATION] = ONE_WAY
    _, run = await across(world, automatic=True)
    assert run.reason is Reason.IRREVERSIBLE
    assert "page" in {post.kind for post in await world.kit.posts.due()}


async def test_github_away_holds_no_way_back_up(world):
    world.repository.before["file_at"] = [VendorUnavailable("GitHub", "reading", status=503)] * 9
    ending, run = await across(world)
    assert ending == "done"
    assert world.clock.slept == []
    assert run.step(S.CHANGES).note == "size unknown, migrations unknown"


async def test_the_first_run_ever_goes_back_to_what_ran_before_it(world):
    await a_run(world, SECOND, previous_sha=FIRST)
    world.vendor.serving = SECOND
    ending, run = await back(world)
    assert (ending, run.sha, run.target_run) == ("done", FIRST, None)
