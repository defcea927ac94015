"""The stores are followed until it is live or somebody says no; a store that is away fails nothing."""

import pytest

from bot.engine.mobile import Stage
from bot.engine.reasons import Reason
from bot.engine.states import RunState, StepName
from bot.engine.stores import StorePhase, StoreVersion
from bot.errors import VendorRejected, VendorUnavailable
from tests.bot.pipelines._asking import Left
from tests.bot.pipelines._world import ANN
from tests.bot.pipelines.release._vendors import ANDROID, IOS

FOREVER = [StorePhase.IN_REVIEW] * 500


async def until_review(world) -> None:
    await world.until(StepName.REVIEW)
    world.stores[IOS].expect("1.4.1", "57")
    world.stores[ANDROID].expect("1.4.1", "58")


async def stopped(world, reason=Reason.STORE_REJECTED) -> str:
    assert await world.step(StepName.REVIEW) == "stopped"
    run = await world.now()
    assert (run.state, run.reason) == (RunState.FAILED, reason), run.detail
    return run.detail


async def left(world, seconds=60) -> str:
    """Let the bot die so many seconds in; return what the step said by then."""
    world.clock.then(world.clock.passed + seconds, world.leave)
    with pytest.raises(Left):
        await world.step(StepName.REVIEW)
    return (await world.now()).step(StepName.REVIEW).note


async def test_it_is_released_once_it_is_live_in_both_stores(world):
    await until_review(world)
    world.stores[ANDROID].road = [
        StorePhase.WAITING,
        StorePhase.IN_REVIEW,
        StorePhase.IN_REVIEW,
        StorePhase.LIVE,
    ]
    assert await world.step(StepName.REVIEW) == "done"
    run = await world.finish()

    assert (run.state, run.reason) == (RunState.SUCCEEDED, Reason.RELEASED)
    assert run.live == "The App Store: 1.4.1 is live. Google Play: 1.4.1 is live."
    assert run.step(StepName.REVIEW).note == "live in the App Store and Google Play"


async def test_what_each_store_says_is_kept_with_the_run(world):
    await until_review(world)
    world.stores[IOS].road = list(FOREVER)
    assert await left(world) == "The App Store: in review"

    known = await world.known()
    assert known.stores[IOS].phase is StorePhase.IN_REVIEW
    assert known.stores[ANDROID].phase is StorePhase.LIVE


async def test_a_share_of_people_is_live_and_shown(world):
    await until_review(world)
    world.stores[ANDROID].expect("1.4.1", "58", share=0.2)
    assert await world.step(StepName.REVIEW) == "done"

    assert (await world.finish()).live.endswith("Google Play: 1.4.1 is live for 20 % of people.")


@pytest.mark.parametrize("platform", [ANDROID, IOS])
async def test_a_rejection_ends_it_with_what_to_do_next(world, platform):
    await until_review(world)
    world.stores[platform].road = [StorePhase.IN_REVIEW, StorePhase.REJECTED]

    said = await stopped(world)
    name = {IOS: "The App Store", ANDROID: "Google Play"}[platform]
    assert said.startswith(f"{name} rejected 1.4.1 (REJECTED). Read ")
    run = await world.now()
    assert run.not_done == "The release is not live in every store."
    assert f"{name}: 1.4.1 is rejected." in run.live


async def test_one_taken_back_by_its_developer_ends_saying_so(world):
    await until_review(world)
    world.stores[IOS].road = [StorePhase.WITHDRAWN]

    assert "1.4.1 was taken back at the App Store (WITHDRAWN)" in await stopped(world)


async def test_one_that_a_newer_version_pushed_off_the_list_ends_saying_so(world):
    await until_review(world)
    store = world.stores[ANDROID]
    store.road = [StorePhase.IN_REVIEW]
    await left(world, 15)
    store.coming = store.version("1.4.2", "60", StorePhase.IN_REVIEW)

    assert "a newer version took its place" in await stopped(world)


async def test_retry_after_a_rejection_goes_on_following_the_same(world):
    await until_review(world)
    world.stores[IOS].road = [StorePhase.REJECTED]
    await stopped(world)
    world.stores[IOS].road = [StorePhase.IN_REVIEW, StorePhase.LIVE]
    run = await world.now()
    await world.desk.retry(run.id, run.attempt, ANN)
    await world.get_in_line()
    assert await world.step(StepName.LINE) == "done"
    assert await world.step(StepName.SUBMIT) == "done"
    assert await world.step(StepName.REVIEW) == "done"

    assert world.workflows.actions() == ["build", "submit"]


async def test_it_waits_for_a_store_that_has_nothing_of_it_yet(world):
    await world.until(StepName.REVIEW)
    world.stores[ANDROID].expect("1.4.1", "58")

    async def appears() -> None:
        world.stores[IOS].expect("1.4.1", "57")

    assert await left(world, 30) == "The App Store: nothing of it yet"
    world.clock.then(world.clock.passed + 30, appears)
    assert await world.step(StepName.REVIEW) == "done"


async def test_an_earlier_version_that_is_live_is_not_this_one(world):
    await world.until(StepName.REVIEW)

    assert await left(world, 30) == "The App Store: nothing of it yet · Google Play: nothing of it yet"
    assert (await world.known()).stores == {}


@pytest.mark.parametrize("status", [401, 403])
async def test_a_store_that_refuses_our_access_is_said_and_asked_again(world, status):
    await until_review(world)
    denied = VendorRejected("App Store Connect", "reading versions", status=status)
    world.stores[IOS].before["versions"] = [denied] * 5
    await left(world, 30)
    assert f"refuses our access (HTTP {status})" in (await world.known()).unasked[IOS]

    assert await world.step(StepName.REVIEW) == "done"
    assert (await world.known()).unasked == {}


@pytest.mark.parametrize("status", [429, 503])
async def test_a_store_that_does_not_answer_for_hours_fails_nothing(world, status):
    await until_review(world)
    away = VendorUnavailable("Google Play", "reading releases", status=status)
    world.stores[ANDROID].before["versions"] = [away] * 20
    assert await world.step(StepName.REVIEW) == "done"

    assert world.stores[ANDROID].calls.count("versions") > 20


async def test_a_store_that_asks_for_time_gets_it(world):
    await until_review(world)
    away = VendorUnavailable("Google Play", "reading releases", status=429, retry_after=60.0)
    world.stores[ANDROID].before["versions"] = [away]
    before = world.clock.passed
    assert await world.step(StepName.REVIEW) == "done"

    assert world.clock.passed - before >= 60


async def test_a_word_nobody_knows_is_told_to_the_channel_once_and_waited_on(world):
    await until_review(world)
    world.stores[IOS].road = [*[StorePhase.UNKNOWN] * 5, StorePhase.LIVE]
    assert await world.step(StepName.REVIEW) == "done"

    (post,) = [one for one in await world.kit.posts.due() if one.kind == "store_word"]
    assert StoreVersion.model_validate_json(post.body).raw == "SOMETHING_NEW"


async def test_without_access_to_a_store_it_is_not_followed_and_says_so(world):
    world.stores.pop(IOS)
    world._join()
    await world.until(StepName.REVIEW)
    world.stores[ANDROID].expect("1.4.1", "58")
    assert await world.step(StepName.REVIEW) == "done"

    assert "no access is configured" in (await world.known()).unasked[IOS]
    run = await world.finish()
    assert run.step(StepName.REVIEW).note == "live in Google Play"
    assert "The App Store: handed over; how it stands is not known." in run.live


async def test_without_access_to_any_store_it_ends_with_the_handing_over(world):
    world.stores.clear()
    world._join()
    await world.until(StepName.REVIEW)
    assert await world.step(StepName.REVIEW) == "done"

    note = (await world.now()).step(StepName.REVIEW).note
    assert note == "handed over; no store can be asked how it stands"


async def test_a_bell_of_the_store_makes_the_next_look_come_at_once(world):
    await until_review(world)
    world.stores[IOS].road = [StorePhase.IN_REVIEW, StorePhase.LIVE]
    world.kit.project.timings.__dict__["review_poll"] = 36_000

    async def ring() -> None:
        world.kit.nudges.ring("store:mobile")

    world.clock.then(world.clock.passed + 40, ring)
    before = world.clock.passed
    assert await world.step(StepName.REVIEW) == "done"
    assert world.clock.passed - before < 60


async def test_killed_in_the_middle_it_goes_on(world):
    await until_review(world)
    world.stores[IOS].road = [StorePhase.WAITING, *[StorePhase.IN_REVIEW] * 5, StorePhase.LIVE]
    await left(world, 25)

    assert await world.born_again().step(StepName.REVIEW) == "done"


async def test_cancelled_it_is_said_that_the_stores_keep_it(world):
    await until_review(world)
    world.stores[IOS].road = list(FOREVER)
    await left(world)

    said = (await world.cancelled()).live
    assert said == (
        "What was handed to the App Store and Google Play cannot be taken back here; nobody follows it any "
        "more. Take it out of review in the store itself."
    )
    assert all(one.stage is Stage.FINISHED for one in world.expo.made)
