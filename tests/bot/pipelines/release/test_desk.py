"""What people ask of releases becomes one run; builds that wait can be handed over without building."""

import pytest

from bot.engine.mobile import Stage
from bot.engine.reasons import Reason
from bot.engine.release import Part
from bot.engine.states import RunKind, RunState, StepName
from bot.errors import UserError
from tests.bot.pipelines.release._vendors import ANDROID, IOS
from tests.bot.pipelines.release._world import ReleasingWorld, releasing_project


async def test_a_release_has_every_step_and_no_commit_yet(world):
    run = await world.wanted_release(Part.MINOR)

    assert (run.kind, run.service, run.environment) == (RunKind.RELEASE, "mobile", "production")
    assert [step.name for step in run.steps] == [
        StepName.RESOLVE,
        StepName.CHECKS,
        StepName.BUMP,
        StepName.BUILD,
        StepName.DEVICES,
        StepName.CONSENT,
        StepName.LINE,
        StepName.SUBMIT,
        StepName.REVIEW,
    ]
    assert (await world.known()).part is Part.MINOR
    assert world.starts.runs == [run.id]


async def test_one_key_is_one_release(world):
    first = await world.wanted_release()
    again = await world.wanted_release(Part.MAJOR)

    assert first.id == again.id
    assert (await world.known()).part is Part.PATCH


async def test_nothing_named_is_the_default_branch(world):
    await world.until(StepName.CHECKS)

    run = await world.now()
    assert (run.ref, run.step(StepName.RESOLVE).note) == ("main", f"main is {run.sha[:7]}")


async def test_where_nobody_must_approve_nobody_is_asked(database):
    world = ReleasingWorld(database, releasing_project(approval=None))

    assert not (await world.wanted_release()).has(StepName.CONSENT)


@pytest.mark.parametrize("asked", [{"app": "api"}, {"app": "nope"}, {"environment": "staging"}])
async def test_what_expo_does_not_build_is_refused(world, asked):
    with pytest.raises(UserError) as refused:
        await world.wanted_release(**asked)
    assert refused.value.reason is Reason.UNKNOWN_APP


async def test_under_way_is_the_newest_that_has_not_ended(world):
    assert await world.releases.under_way("mobile", "production") is None
    first = await world.wanted_release()
    second = await world.wanted_release(key="trigger:2")

    found = await world.releases.under_way("mobile", "production")
    assert found.id == second.id > first.id


async def test_builds_of_a_release_that_ended_without_handing_over_can_be_handed_over(world):
    source = (await world.until(StepName.SUBMIT)).id
    assert await world.releases.submittable("mobile", "production") == ()
    await world.cancelled()
    (found,) = await world.releases.submittable("mobile", "production")
    assert found.id == source

    run = await world.wanted_release(key="trigger:2", submit_only=source)
    assert not {StepName.CHECKS, StepName.BUMP, StepName.BUILD} & {step.name for step in run.steps}
    assert (run.sha, run.target_run) == (found.sha, source)
    for name in (StepName.RESOLVE, StepName.DEVICES, StepName.CONSENT):
        await world._through(name)
    await world.get_in_line()
    for name in (StepName.LINE, StepName.SUBMIT):
        assert await world.step(name) == "done"
    assert [one.build for one in world.expo.handed] == ["b-1", "b-2"]
    assert world.workflows.actions() == ["build", "submit"]


async def test_its_first_step_names_the_builds(world):
    await world.until(StepName.SUBMIT)
    source = world.run_id
    await world.cancelled()
    await world.wanted_release(key="trigger:2", submit_only=source)
    assert await world.step(StepName.RESOLVE) == "done"

    assert (await world.now()).step(StepName.RESOLVE).note == "iOS 1.4.1 (57) · Android 1.4.1 (58)"


async def test_what_was_handed_over_waits_for_nobody(world):
    await world.until(StepName.REVIEW)
    source = world.run_id
    await world.cancelled()

    assert await world.releases.submittable("mobile", "production") == ()
    with pytest.raises(UserError) as refused:
        await world.wanted_release(key="trigger:2", submit_only=source)
    assert refused.value.reason is Reason.NO_BUILD


async def test_what_was_handed_over_in_part_waits_with_the_rest(world):
    await world.until(StepName.SUBMIT)
    world.expo.submission_road[ANDROID] = [Stage.FAILED]
    assert await world.step(StepName.SUBMIT) == "stopped"

    (found,) = await world.releases.submittable("mobile", "production")
    assert found.state is RunState.FAILED


async def test_what_is_not_built_to_the_end_waits_for_nobody(world):
    await world.until(StepName.BUILD)
    world.expo.build_road[IOS] = [Stage.FAILED]
    assert await world.step(StepName.BUILD) == "stopped"

    assert await world.releases.submittable("mobile", "production") == ()


async def test_builds_older_than_some_that_were_handed_over_since_are_left_out(world):
    older = (await world.until(StepName.SUBMIT)).id
    await world.cancelled()
    await world.clock.sleep(60)
    world.expo.version = "1.4.2"
    await world.until(StepName.REVIEW, key="trigger:2")
    await world.cancelled()

    assert await world.releases.submittable("mobile", "production") == ()
    with pytest.raises(UserError, match=f"Run {older} has no finished builds"):
        await world.wanted_release(key="trigger:3", submit_only=older)


async def test_builds_newer_than_what_was_handed_over_are_offered_whenever_that_was(world):
    older = (await world.until(StepName.SUBMIT)).id
    await world.cancelled()
    await world.clock.sleep(60)
    world.expo.version = "1.4.2"
    newer = (await world.until(StepName.SUBMIT, key="trigger:2")).id
    await world.cancelled()
    await world.wanted_release(key="trigger:3", submit_only=older)
    for name in (StepName.RESOLVE, StepName.DEVICES, StepName.CONSENT):
        await world._through(name)
    await world.get_in_line()
    for name in (StepName.LINE, StepName.SUBMIT):
        assert await world.step(name) == "done"

    assert [run.id for run in await world.releases.submittable("mobile", "production")] == [newer]
