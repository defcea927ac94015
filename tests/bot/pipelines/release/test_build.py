"""Every platform is built once, followed at Expo, and told of in Expo's words when it goes wrong."""

import asyncio

import pytest

from bot.engine.mobile import Build, Stage
from bot.engine.reasons import Reason
from bot.engine.states import RunState, StepName
from bot.errors import VendorUnavailable
from tests.bot.pipelines._asking import Left
from tests.bot.pipelines.release._vendors import ANDROID, IOS

SLOW = [Stage.WAITING] * 100


async def stopped(world, reason) -> str:
    assert await world.step(StepName.BUILD) == "stopped"
    run = await world.now()
    assert (run.state, run.reason) == (RunState.FAILED, reason), run.detail
    return run.detail


async def killed(world, seconds: float) -> None:
    """Let the bot die so many seconds into the step."""
    world.clock.then(world.clock.passed + seconds, world.leave)
    with pytest.raises(Left):
        await world.step(StepName.BUILD)


async def test_the_raised_commit_is_built_by_one_workflow_whose_message_is_marked(world):
    run = await world.until(StepName.BUILD)
    assert await world.step(StepName.BUILD) == "done"

    sent = {"action": "build", "profile": "production", "message": f"1.4.1 (pawdeploy run {run.id})"}
    assert world.workflows.sent == [("mobile-build.yml", run.sha, sent)]
    known = await world.known()
    assert {one: build.id for one, build in known.builds.items()} == {IOS: "b-1", ANDROID: "b-2"}
    assert (await world.now()).step(StepName.BUILD).note == "iOS 1.4.1 (57) · Android 1.4.1 (58)"


async def test_queue_and_estimate_are_known_while_it_waits(world):
    await world.until(StepName.BUILD)
    world.expo.build_road[ANDROID] = list(SLOW)
    await killed(world, 20)

    known = await world.known()
    assert (known.builds[ANDROID].queue, known.builds[ANDROID].wait) == (3, 240.0)
    assert known.builds[IOS].stage is Stage.FINISHED
    assert (await world.now()).step(StepName.BUILD).note == "iOS built · Android in the queue"


async def test_where_each_can_be_had_is_owed_once_both_are_finished(world):
    await world.until(StepName.BUILD)
    world.expo.build_road[ANDROID] = [Stage.GOING, Stage.GOING, Stage.FINISHED]
    assert await world.owed("qr") == []
    assert await world.step(StepName.BUILD) == "done"

    owed = [post for post in await world.kit.posts.due() if post.kind == "qr"]
    assert [Build.model_validate_json(post.body).artifact for post in owed] == [
        "https://expo.test/b-1/app",
        "https://expo.test/b-2/app",
    ]


async def test_a_bell_makes_the_next_look_come_at_once(world):
    await world.until(StepName.BUILD)
    world.expo.build_road[ANDROID] = [Stage.GOING, Stage.FINISHED]
    world.kit.project.timings.__dict__["build_poll"] = 3600

    async def ring() -> None:
        world.kit.nudges.ring("build:b-2")

    world.clock.then(world.clock.passed + 30, ring)
    before = world.clock.passed
    assert await world.step(StepName.BUILD) == "done"
    assert world.clock.passed - before < 60


async def test_without_a_bell_it_is_looked_at_all_the_same(world):
    await world.until(StepName.BUILD)
    world.expo.build_road = {
        IOS: [Stage.GOING, Stage.FINISHED],
        ANDROID: [Stage.WAITING] * 9 + [Stage.FINISHED],
    }
    assert await world.step(StepName.BUILD) == "done"


async def test_a_build_that_fails_says_why_and_where_its_log_is(world):
    await world.until(StepName.BUILD)
    world.expo.build_road[IOS] = [Stage.GOING, Stage.FAILED]

    said = await stopped(world, Reason.BUILD_FAILED)
    run = await world.now()
    assert said.startswith("The iOS build failed: Pods do not resolve. Retry builds every platform anew")
    assert run.not_done == "Nothing was handed to a store. Builds that were started go on at Expo."
    (note,) = [post for post in await world.kit.posts.due() if post.kind == "note"]
    assert note.body == "https://expo.test/b-1/log"


async def test_retry_after_a_failed_build_builds_anew_and_takes_nothing_of_before(world):
    await world.until(StepName.BUILD)
    world.expo.build_road[IOS] = [Stage.FAILED]
    await stopped(world, Reason.BUILD_FAILED)
    world.expo.build_road[IOS] = [Stage.FINISHED]
    run = await world.now()
    await world.desk.retry(run.id, run.attempt, "U0ANNREQ001")
    assert await world.step(StepName.BUILD) == "done"

    assert {one: build.id for one, build in (await world.known()).builds.items()} == {
        IOS: "b-3",
        ANDROID: "b-4",
    }
    assert world.workflows.actions() == ["build", "build"]


async def test_one_that_is_cancelled_at_expo_is_said_to_be(world):
    await world.until(StepName.BUILD)
    world.expo.build_road[ANDROID] = [Stage.GOING, Stage.CANCELLED]

    assert "Android build was cancelled at Expo" in await stopped(world, Reason.BUILD_CANCELLED)


async def test_one_that_never_ends_is_not_known_and_retry_follows_the_same(world):
    await world.until(StepName.BUILD)
    world.expo.build_road[ANDROID] = list(SLOW)
    said = await stopped(world, Reason.BUILD_UNKNOWN)
    assert "After 2 min Expo still says: Android WAITING" in said

    world.expo.build_road[ANDROID] = [Stage.FINISHED]
    run = await world.now()
    await world.desk.retry(run.id, run.attempt, "U0ANNREQ001")
    assert await world.step(StepName.BUILD) == "done"
    assert world.workflows.actions() == ["build"]
    assert (await world.known()).builds[ANDROID].id == "b-2"


async def test_a_word_of_expo_that_nobody_knows_is_waited_on_and_never_taken_for_success(world):
    await world.until(StepName.BUILD)
    world.expo.build_road[IOS] = [Stage.UNKNOWN, Stage.UNKNOWN, Stage.FINISHED]
    await killed(world, 3)
    assert "iOS UNKNOWN" in (await world.now()).step(StepName.BUILD).note

    assert await world.born_again().step(StepName.BUILD) == "done"


@pytest.mark.parametrize("second", [0, 1, 4, 12])
async def test_killed_at_any_moment_there_is_one_build_a_platform(world, second):
    await world.until(StepName.BUILD)
    world.expo.build_road = {
        IOS: [Stage.WAITING, Stage.GOING, Stage.GOING, Stage.FINISHED],
        ANDROID: [Stage.GOING] * 4 + [Stage.FINISHED],
    }
    await killed(world, second)
    assert await world.born_again().step(StepName.BUILD) == "done"

    assert [one.platform for one in world.expo.made] == [IOS, ANDROID]
    assert world.workflows.actions() == ["build"]


@pytest.mark.parametrize("when", ["before", "after"])
async def test_killed_around_the_dispatch_nothing_is_built_twice(world, when):
    await world.until(StepName.BUILD)
    getattr(world.workflows, when)["start"] = [Left()]
    with pytest.raises(Left):
        await world.step(StepName.BUILD)
    after = world.born_again()

    if when == "after":
        assert await after.step(StepName.BUILD) == "done"
        assert len(world.expo.made) == 2
    else:
        assert "never started twice" in await stopped(after, Reason.BUILD_UNKNOWN)
        assert world.expo.made == []


async def test_a_workflow_that_breaks_before_it_builds_says_what_broke(world):
    await world.until(StepName.BUILD)
    world.workflows.idle = True
    world.workflows.failing = "build: npm ci"
    world.workflows.fail()

    assert await stopped(world, Reason.BUILD_FAILED) == (
        "The workflow that starts the builds failed: build: npm ci."
    )


async def test_a_workflow_that_waits_and_fails_with_its_build_says_less_than_the_build(world):
    await world.until(StepName.BUILD)
    world.expo.platforms = (IOS,)
    world.workflows.fail()
    world.expo.build_road[IOS] = [Stage.FAILED]

    async def broken() -> None:
        await world.expo.build("b-1")

    world.workflows.after = {}
    start = world.workflows.start

    async def start_and_break(*args, **kwargs):
        made = await start(*args, **kwargs)
        await broken()
        return made

    world.workflows.start = start_and_break
    assert "Pods do not resolve" in await stopped(world, Reason.BUILD_FAILED)


async def test_a_platform_that_expo_never_lists_is_named(world):
    await world.until(StepName.BUILD)
    world.expo.platforms = (IOS,)

    assert "no build of Android" in await stopped(world, Reason.BUILD_UNKNOWN)


async def test_builds_of_others_and_of_earlier_runs_of_this_number_are_not_ours(world):
    run = await world.until(StepName.BUILD)
    message = f"1.4.1 (pawdeploy run {run.id})"
    done = {"platform": IOS, "stage": Stage.FINISHED, "raw": "FINISHED"}
    world.expo.made += [
        Build(id="x", created_at=run.requested_at.replace(year=2025), message=message, **done),
        Build(id="y", created_at=world.clock.now(), message="1.4.1", **done),
    ]
    assert await world.step(StepName.BUILD) == "done"

    assert {build.id for build in (await world.known()).builds.values()} == {"b-3", "b-4"}


async def test_expo_that_does_not_answer_is_asked_again(world):
    await world.until(StepName.BUILD)
    away = VendorUnavailable("Expo", "reading builds", status=503)
    world.expo.before["builds"] = [away, away]
    world.expo.before["build"] = [away]

    assert await world.step(StepName.BUILD) == "done"


async def test_cancelled_what_is_not_built_yet_is_stopped_at_expo(world):
    await world.until(StepName.BUILD)
    world.expo.build_road[ANDROID] = list(SLOW)
    await killed(world, 20)
    said = (await world.cancelled()).live

    assert world.expo.cancelled == ["b-2"]
    assert said == (
        "The iOS build was finished already. The Android build is cancelled. Nothing was handed to a store."
    )


async def test_cancelled_while_expo_is_away_that_is_said(world):
    await world.until(StepName.BUILD)
    world.expo.build_road[ANDROID] = list(SLOW)
    await killed(world, 20)
    world.expo.before["builds"] = [VendorUnavailable("Expo", "reading builds")] * 9

    assert "Which builds it started is not known" in (await world.cancelled()).live


async def test_a_cancel_is_seen_while_it_waits_for_a_bell(world):
    await world.until(StepName.BUILD)
    world.expo.build_road[ANDROID] = list(SLOW)

    async def cancel() -> None:
        await world.desk.cancel(world.run_id, "U0BENAPP001")

    world.clock.then(world.clock.passed + 7, cancel)
    async with asyncio.timeout(20):
        assert await world.step(StepName.BUILD) == "stopped"
    assert (await world.now()).state is RunState.CANCELLING
