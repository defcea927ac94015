"""Nothing goes to a store before testers found it working, and nothing past a problem they found."""

import pytest

from bot.db.runs_reader import RunsReader
from bot.engine.mobile import Verdict
from bot.engine.reasons import Reason
from bot.engine.states import RunState, StepName
from bot.errors import NotAllowed, UserError
from tests.bot.pipelines._asking import Left
from tests.bot.pipelines._world import ANN, BEN, CLEO
from tests.bot.pipelines.release._vendors import ANDROID, IOS
from tests.bot.pipelines.release._world import ReleasingWorld, releasing_project


def after(world, seconds, *words, **more) -> None:
    """Have a tester say something so many seconds from now."""
    world.clock.then(world.clock.passed + seconds, lambda: world.says(*words, **more))


async def waits(world, seconds: float = 8) -> str:
    """Say what it waits for, that many seconds in."""
    world.clock.then(world.clock.passed + seconds, world.leave)
    with pytest.raises(Left):
        await world.step(StepName.DEVICES)
    return (await world.now()).step(StepName.DEVICES).note


async def test_it_waits_for_every_platform_of_the_project_file(world):
    await world.until(StepName.DEVICES)
    assert await waits(world) == "waiting for iOS and Android"
    after(world, 1, IOS)
    assert await waits(world) == "waiting for Android"
    after(world, 1, ANDROID, user=CLEO)

    assert await world.step(StepName.DEVICES) == "done"
    assert (await world.now()).step(StepName.DEVICES).note == "works on iOS and Android, say 2"


async def test_testers_are_asked_once(world):
    await world.until(StepName.DEVICES)
    await waits(world)
    await waits(world.born_again())

    assert len(await world.owed("testers")) == 1


async def test_where_no_platform_is_named_nobody_is_waited_for(database):
    world = ReleasingWorld(database, releasing_project(devices=()))
    await world.until(StepName.DEVICES)

    assert await world.step(StepName.DEVICES) == "done"
    assert await world.owed("testers") == []


async def test_a_problem_stops_it_with_device_and_note(world):
    await world.until(StepName.DEVICES)
    after(world, 1, IOS)
    after(world, 2, ANDROID, Verdict.PROBLEM, device="Pixel 8, Android 15", note="Crashes on the map")
    assert await world.step(StepName.DEVICES) == "stopped"

    run = await world.now()
    assert (run.state, run.reason) == (RunState.REFUSED, Reason.DEVICE_PROBLEM)
    assert run.detail.startswith(
        "A tester found a problem on Android (Pixel 8, Android 15): Crashes on the map."
    )
    assert run.not_done == "Nothing was handed to a store."
    assert world.workflows.actions() == ["build"]


async def test_a_problem_stops_it_although_somebody_else_says_that_it_works(world):
    await world.until(StepName.DEVICES)
    after(world, 1, IOS, Verdict.PROBLEM, user=CLEO)
    after(world, 1, IOS)
    after(world, 1, ANDROID)

    assert await world.step(StepName.DEVICES) == "stopped"


async def test_who_found_a_problem_can_take_it_back_by_saying_that_it_works(world):
    await world.until(StepName.DEVICES)
    await waits(world)
    await world.says(IOS, Verdict.PROBLEM)
    await world.says(IOS)
    await world.says(ANDROID)

    assert await world.step(StepName.DEVICES) == "done"


async def test_retry_asks_again_and_what_was_said_before_stops_it_no_more(world):
    await world.until(StepName.DEVICES)
    after(world, 1, ANDROID)
    after(world, 5, IOS, Verdict.PROBLEM)
    assert await world.step(StepName.DEVICES) == "stopped"
    world.clock.at = world.clock.at.replace(hour=world.clock.at.hour + 1)
    run = await world.now()
    await world.desk.retry(run.id, run.attempt, ANN)

    assert await waits(world) == "waiting for iOS"
    assert len(await world.owed("testers")) == 2
    after(world, 1, IOS)
    assert await world.step(StepName.DEVICES) == "done"
    assert world.workflows.actions() == ["build"]


async def test_only_testers_may_say_so_where_the_file_names_them(database):
    world = ReleasingWorld(database, releasing_project(tester_roles=["approver"]))
    await world.until(StepName.DEVICES)
    await waits(world)

    with pytest.raises(NotAllowed, match="approver"):
        await world.says(IOS, user=ANN)
    assert (await world.says(IOS, user=BEN)).reports[0].user == BEN


async def test_a_word_before_anything_is_built_or_after_it_is_decided_is_not_kept(world):
    await world.until(StepName.BUILD)
    with pytest.raises(UserError) as early:
        await world.says(IOS)
    await world._through(StepName.BUILD)
    await world._through(StepName.DEVICES)
    with pytest.raises(UserError) as late:
        await world.says(IOS, Verdict.PROBLEM)

    assert [early.value.reason, late.value.reason] == [Reason.STALE_BUTTON, Reason.STALE_BUTTON]
    assert {report.verdict for report in (await world.now()).reports} == {Verdict.WORKS}


async def test_a_deploy_has_no_testers(world):
    await world.request()
    with pytest.raises(UserError):
        await world.says(IOS)
    assert (await RunsReader(world.db).view(world.run_id)).reports == ()


async def test_cancel_ends_the_wait(world):
    await world.until(StepName.DEVICES)
    await waits(world)

    said = (await world.cancelled()).live
    assert "build was finished already" in said
    assert said.endswith("Nothing was handed to a store.")
