"""Each build is handed to its store once, whatever crashes; what is no newer than what people have is not."""

import pytest

from bot.engine.mobile import Stage
from bot.engine.reasons import Reason
from bot.engine.states import RunState, StepName
from bot.engine.stores import StorePhase
from bot.errors import VendorRejected, VendorUnavailable
from tests.bot.pipelines._asking import Left
from tests.bot.pipelines._world import ANN, CLEO
from tests.bot.pipelines.release._vendors import ANDROID, IOS
from tests.bot.pipelines.release._world import ReleasingWorld, releasing_project


async def stopped(world, reason, state=RunState.FAILED, name=StepName.SUBMIT) -> str:
    assert await world.step(name) == "stopped"
    run = await world.now()
    assert (run.state, run.reason) == (state, reason), run.detail
    return run.detail


async def retried(world) -> None:
    """Press Retry, and bring it to where it hands over again."""
    run = await world.now()
    await world.desk.retry(run.id, run.attempt, ANN)
    await world.get_in_line()
    assert await world.step(StepName.LINE) == "done"


def handed(world) -> list[str]:
    return [one.build for one in world.expo.handed]


async def test_both_builds_are_handed_over_by_one_workflow(world):
    run = await world.until(StepName.SUBMIT)
    assert await world.step(StepName.SUBMIT) == "done"

    sent = {"action": "submit", "build_ios": "b-1", "build_android": "b-2"}
    assert world.workflows.sent[1:] == [("mobile-build.yml", run.sha, sent)]
    known = await world.known()
    assert {one: there.build for one, there in known.submissions.items()} == {IOS: "b-1", ANDROID: "b-2"}
    run = await world.now()
    assert (run.deployment_id, run.vendor_page) == ("s-1", "https://expo.test/s-1")


async def test_nothing_is_handed_over_before_people_agreed_to_exactly_these_builds(world):
    await world.until(StepName.LINE)
    known = await world.known()
    assert known.agreed_on() == ("1.4.1", "android b-2", "ios b-1")
    assert handed(world) == []


@pytest.mark.parametrize("second", [0, 1, 3, 6])
async def test_killed_at_any_moment_there_is_one_submission_a_build(world, second):
    await world.until(StepName.SUBMIT)
    road = [Stage.WAITING, Stage.GOING, Stage.FINISHED]
    world.expo.submission_road = {IOS: list(road), ANDROID: list(road)}
    world.clock.then(world.clock.passed + second, world.leave)
    with pytest.raises(Left):
        await world.step(StepName.SUBMIT)
    after = world.born_again()
    assert await after.step(StepName.SUBMIT) == "done"

    assert handed(after) == ["b-1", "b-2"]


async def test_killed_right_after_the_dispatch_it_is_found(world):
    await world.until(StepName.SUBMIT)
    world.workflows.after["start"] = [Left()]
    with pytest.raises(Left):
        await world.step(StepName.SUBMIT)
    assert await world.born_again().step(StepName.SUBMIT) == "done"

    assert world.workflows.actions() == ["build", "submit"]


async def test_a_dispatch_of_which_nothing_is_known_is_never_made_again(world):
    await world.until(StepName.SUBMIT)
    world.workflows.before["start"] = [VendorUnavailable("GitHub", "dispatching")]

    assert "never started twice" in await stopped(world, Reason.SUBMISSION_UNKNOWN)
    await retried(world)
    assert "never started twice" in await stopped(world, Reason.SUBMISSION_UNKNOWN)
    assert world.workflows.actions() == ["build"]


async def test_one_that_fails_says_why_and_waits_for_the_other(world):
    await world.until(StepName.SUBMIT)
    world.expo.submission_road = {IOS: [Stage.FAILED], ANDROID: [Stage.GOING, Stage.GOING, Stage.FINISHED]}

    said = await stopped(world, Reason.SUBMISSION_FAILED)
    run, known = await world.now(), await world.known()
    assert said == (
        "Handing over to the App Store failed: No key for the App Store. "
        "Retry hands over only what is missing."
    )
    assert known.submissions[ANDROID].stage is Stage.FINISHED
    assert run.not_done == "Not every build was handed to its store. Retry hands over only what is missing."
    assert run.live == "The App Store: not handed over. Google Play: handed over."
    (note,) = [post for post in await world.kit.posts.due() if post.kind == "note"]
    assert note.body == "https://expo.test/s-1/log"


async def test_retry_hands_over_only_what_is_missing(world):
    await world.until(StepName.SUBMIT)
    world.expo.submission_road[IOS] = [Stage.FAILED]
    await stopped(world, Reason.SUBMISSION_FAILED)
    world.expo.submission_road[IOS] = [Stage.FINISHED]
    await retried(world)
    assert await world.step(StepName.SUBMIT) == "done"

    assert world.workflows.sent[-1][2] == {"action": "submit", "build_ios": "b-1"}
    assert handed(world) == ["b-1", "b-2", "b-1"]
    assert (await world.known()).submissions[IOS].id == "s-3"


async def test_killed_after_a_failure_it_is_told_of_and_not_handed_over_again_by_itself(world):
    await world.until(StepName.SUBMIT)
    world.expo.submission_road[IOS] = [Stage.GOING, Stage.FAILED]
    world.clock.then(world.clock.passed, world.leave)
    with pytest.raises(Left):
        await world.step(StepName.SUBMIT)
    await world.expo.submission("s-1")
    after = world.born_again()

    await stopped(after, Reason.SUBMISSION_FAILED)
    assert handed(after) == ["b-1", "b-2"]


async def test_what_somebody_handed_over_by_hand_is_not_handed_over_again(world):
    await world.until(StepName.SUBMIT)
    world.expo.begin_submissions({"build_android": "b-2"})
    assert await world.step(StepName.SUBMIT) == "done"

    assert world.workflows.sent[-1][2] == {"action": "submit", "build_ios": "b-1"}


async def test_a_workflow_that_breaks_hands_over_what_it_could_and_names_what_broke(world):
    await world.until(StepName.SUBMIT)
    world.workflows.idle = True
    world.workflows.failing = "submit: eas submit"
    world.workflows.fail()

    assert "submit: eas submit" in await stopped(world, Reason.SUBMISSION_FAILED)
    assert handed(world) == []


async def test_one_that_never_ends_is_not_known_and_retry_follows_the_same(world):
    await world.until(StepName.SUBMIT)
    world.expo.submission_road[IOS] = [Stage.GOING]
    assert "After 2 min Expo still says: iOS GOING" in await stopped(world, Reason.SUBMISSION_UNKNOWN)

    world.expo.submission_road[IOS] = [Stage.FINISHED]
    await retried(world)
    assert await world.step(StepName.SUBMIT) == "done"
    assert handed(world) == ["b-1", "b-2"]


async def test_a_build_older_than_the_live_one_is_refused_at_its_turn(world):
    await world.until(StepName.LINE)
    await world.get_in_line()
    world.stores[ANDROID].there = [world.stores[ANDROID].version("1.5.0", "70", StorePhase.LIVE)]

    said = await stopped(world, Reason.OLDER_THAN_LIVE, RunState.REFUSED, StepName.LINE)
    assert said.startswith("Google Play has 1.5.0 (70) live, and Android 1.4.1 (58) is not newer.")
    assert handed(world) == []


async def test_one_that_went_live_in_the_last_moment_refuses_it_too(world):
    await world.until(StepName.SUBMIT)
    world.stores[IOS].there = [world.stores[IOS].version("1.4.1", "57", StorePhase.LIVE)]

    assert "The App Store has 1.4.1 (57) live" in await stopped(world, Reason.OLDER_THAN_LIVE)
    assert handed(world) == []


async def test_a_store_that_refuses_our_access_is_named_and_stops_nothing(world):
    await world.until(StepName.LINE)
    await world.get_in_line()
    world.stores[IOS].before["versions"] = [VendorRejected("App Store Connect", "asking", status=401)]
    assert await world.step(StepName.LINE) == "done"

    assert "HTTP 401" in (await world.known()).unasked[IOS]


@pytest.mark.parametrize(
    "trouble",
    [
        VendorRejected("Google Play", "reading releases", status=403),
        VendorUnavailable("Google Play", "reading releases", status=429),
    ],
)
async def test_where_a_store_cannot_be_asked_it_is_said_that_newer_could_not_be_told(world, trouble):
    await world.until(StepName.LINE)
    await world.get_in_line()
    world.stores[ANDROID].before["versions"] = [trouble] * 1000
    assert await world.step(StepName.LINE) == "done"
    said = (await world.known()).unasked[ANDROID]
    assert said.startswith("whether it is newer than what is live could not be told: ")
    assert f"HTTP {trouble.status}" in said

    before = world.clock.passed
    assert await world.step(StepName.SUBMIT) == "done"
    assert world.clock.passed - before < world.kit.project.timings.vendor_patience
    assert (await world.now()).step(StepName.SUBMIT).note == (
        "handed over; the stores look at it now; whether it is newer than what is live could not be told: "
        "Android 1.4.1 (58)"
    )


async def test_a_build_that_is_gone_from_expo_is_not_handed_over(world):
    await world.until(StepName.LINE)
    await world.get_in_line()
    del world.expo.made[0]

    said = await stopped(world, Reason.NO_BUILD, RunState.REFUSED, StepName.LINE)
    assert "iOS build is not at Expo any more" in said


async def test_a_lock_stops_it_at_its_turn(world):
    await world.until(StepName.LINE)
    await world.get_in_line()
    await world.holds.lock(
        "lock", service="mobile", environment="production", by=CLEO, reason="holidays", until=None
    )

    assert await world.step(StepName.LINE) == "stopped"
    run = await world.now()
    assert (run.state, run.reason) == (RunState.REFUSED, Reason.LOCKED)


async def test_a_project_file_that_changed_asks_again_and_keeps_the_builds(world):
    run = await world.until(StepName.LINE)
    await world.get_in_line()
    after = world.born_again(releasing_project(emergency_roles=["approver"]))
    assert await after.step(StepName.LINE) == "again"

    again, known = await after.now(), await after.known()
    assert again.asking is None
    assert (again.sha, set(known.builds)) == (run.sha, {IOS, ANDROID})
    await after.consented()
    await after.get_in_line()
    assert await after.step(StepName.LINE) == "done"
    assert world.workflows.actions() == ["build"]


async def test_cancelled_before_the_dispatch_nothing_is_said_to_be_with_a_store(world):
    await world.until(StepName.SUBMIT)

    assert (await world.cancelled()).live.endswith("Nothing was handed to a store.")


async def test_cancelled_afterwards_it_is_said_that_it_cannot_be_taken_back(world):
    await world.until(StepName.SUBMIT)
    world.expo.submission_road[IOS] = [Stage.GOING]
    world.clock.then(world.clock.passed + 20, world.leave)
    with pytest.raises(Left):
        await world.step(StepName.SUBMIT)

    said = (await world.cancelled()).live
    assert "What was handed to the App Store and Google Play cannot be taken back here" in said
    assert world.expo.cancelled == []


async def test_cancelled_after_both_failed_it_is_said_that_no_store_took_it(world):
    await world.until(StepName.SUBMIT)
    world.expo.submission_road = {IOS: [Stage.FAILED], ANDROID: [Stage.FAILED]}
    await stopped(world, Reason.SUBMISSION_FAILED)

    said = (await world.cancelled()).live
    assert said.endswith("No store took it.")
    assert "taken back" not in said


async def test_one_platforms_store_alone_may_be_configured(database):
    world = ReleasingWorld(database, releasing_project())
    del world.stores[ANDROID]
    world._join()
    await world.until(StepName.SUBMIT)

    assert await world.step(StepName.SUBMIT) == "done"
    assert handed(world) == ["b-1", "b-2"]
