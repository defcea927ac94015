"""A release through Slack: from the version to both stores, and every way it can end on the way there."""

import pytest
import pytest_asyncio

from tests.flows.mobile import fresh
from tests.flows.releasing import ANDROID, IOS, releasing

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def shared(tmp_path_factory):
    async with releasing(tmp_path_factory.mktemp("release")) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def desk(shared):
    return fresh(shared)


def newest(desk):
    """The newest release at Google Play; an edit may have listed it anywhere."""
    return max(desk.box.googleplay.releases, key=lambda one: int(one.code))


async def test_from_the_version_to_live_in_both_stores(desk):
    sha = desk.change("Show the feeding plan")
    card = await desk.release("build minor")
    run = desk.run_of(card)
    assert await desk.ends(card) == ("succeeded", "released"), desk.detail(run)

    known = desk.known(run)
    builds = desk.built(run)
    assert sorted(one.platform for one in builds) == ["android", "ios"]
    assert {one.version for one in builds} == {known.version}
    assert desk.raised(run) == [f"Release {known.version} (pawdeploy run {run})"]
    repo = desk.box.github.state.repos["pawlogic/mobile"]
    bump = repo.resolve("main")
    assert bump.parents == (sha,)
    assert {one.sha for one in builds} == {bump.sha}
    assert desk.handed(run) == ["android", "ios"]
    assert known.stores[IOS].raw == "READY_FOR_DISTRIBUTION"
    assert known.stores[ANDROID].phase == "live"
    assert "The App Store:" in desk.live(run)
    await desk.shows(card, known.version)


async def test_one_that_a_store_rejects_ends_with_what_to_do_next(desk):
    desk.box.faults.set("appstore.review", "rejects")
    desk.change()
    card = await desk.release()
    assert await desk.ends(card) == ("failed", "store_rejected")

    detail = desk.detail(desk.run_of(card))
    assert detail.startswith("The App Store rejected ")
    assert "Resolution Center" in detail


async def test_google_rejects_too(desk):
    desk.box.faults.set("googleplay.review", "rejects")
    desk.change()
    card = await desk.release()
    assert await desk.ends(card) == ("failed", "store_rejected")

    assert desk.detail(desk.run_of(card)).startswith("Google Play rejected ")


async def test_a_word_nobody_knows_is_shown_raw_told_once_and_waited_on(desk):
    desk.box.faults.set("googleplay.review", "unknown word")
    desk.change()
    card = await desk.release()
    run = desk.run_of(card)
    await desk.polled(lambda: "RELEASE_LIFECYCLE_STATE_HELD_FOR_POLICY" in str(desk.known(run).stores), 60)
    await desk.shows(card, "HELD_FOR_POLICY")
    await desk.polled(lambda: desk.rows("SELECT 1 FROM posts WHERE run_id = ? AND kind = 'store_word'", run))

    desk.box.faults.set("googleplay.review", "approves")
    assert await desk.ends(card) == ("succeeded", "released")


@pytest.mark.parametrize(("answer", "words"), [("401", "HTTP 401"), ("403", "HTTP 403"), ("429", "answer")])
async def test_a_store_that_cannot_be_asked_is_said_and_fails_nothing(desk, answer, words):
    desk.box.faults.set("appstore.review", "waits")
    desk.change()
    card = await desk.release()
    run = desk.run_of(card)
    await desk.comes_to(run, "review")
    desk.box.faults.set("appstore.api", answer)
    await desk.polled(lambda: words in desk.known(run).unasked.get(IOS, ""), 60)
    await desk.shows(card, words)

    desk.box.faults.set("appstore.api", "well")
    desk.box.faults.set("appstore.review", "approves")
    assert await desk.ends(card) == ("succeeded", "released")


async def test_a_build_that_fails_says_why_and_retry_builds_anew(desk):
    desk.box.faults.set("expo.build", "fails")
    desk.change()
    card = await desk.release()
    run = desk.run_of(card)
    assert await desk.ends(card) == ("failed", "build_failed")
    assert "build failed: " in desk.detail(run)

    desk.box.faults.set("expo.build", "succeeds")
    await desk.polled(lambda: "run_retry" in desk.buttons(card))
    await desk.press(card, "run_retry")
    await desk.polled(lambda: desk.ended(run)[0] != "failed")
    assert await desk.ends(card) == ("succeeded", "released")
    assert len(desk.raised(run)) == 1
    assert desk.handed(run) == ["android", "ios"]


async def test_stuck_in_the_queue_the_estimate_shows_and_cancel_stops_the_builds(desk):
    desk.box.faults.set("expo.build", "stuck in the queue")
    desk.change()
    card = await desk.release()
    run = desk.run_of(card)
    await desk.shows(card, "in the queue, about 15 min")
    await desk.press(card, "run_cancel")
    assert await desk.ends(card) == ("cancelled", "cancelled")

    assert "Nothing was handed to a store." in desk.live(run)
    await desk.polled(lambda: {one.status for one in desk.built(run)} == {"CANCELED"})


async def test_cancelled_at_expo_it_ends_saying_so(desk):
    desk.box.faults.set("expo.build", "cancelled")
    desk.change()
    card = await desk.release()
    assert await desk.ends(card) == ("failed", "build_cancelled")


async def test_a_submission_that_fails_is_handed_over_again_alone(desk):
    desk.box.faults.set("expo.submission", "fails")
    desk.change()
    card = await desk.release()
    run = desk.run_of(card)
    assert await desk.ends(card) == ("failed", "submission_failed")

    desk.box.faults.set("expo.submission", "succeeds")
    await desk.polled(lambda: "run_retry" in desk.buttons(card))
    await desk.press(card, "run_retry")
    await desk.polled(lambda: desk.ended(run)[0] != "failed")
    assert await desk.ends(card) == ("succeeded", "released")
    assert len(desk.built(run)) == 2


async def test_a_config_in_an_unexpected_shape_is_refused_with_its_line(desk):
    before = desk.text("app.config.ts")
    odd = before.replace('version: "', 'version: process.env.VERSION ?? "')
    assert odd != before
    desk.change("Compute the version", files={"app.config.ts": odd})
    card = await desk.release()
    assert await desk.ends(card) == ("refused", "version_unreadable")
    desk.change("Write it down again", files={"app.config.ts": before})

    detail = desk.detail(desk.run_of(card))
    assert detail.startswith("app.config.ts, line ")


async def test_a_version_that_is_used_already_is_refused(desk):
    used = desk.box.expo.builds[-1].version
    major, minor, patch = (int(part) for part in used.split("."))
    text = desk.text("app.config.ts")
    current = text.split('version: "')[1].split('"')[0]
    below = f"{major}.{minor}.{patch - 1}" if patch else f"{major}.{minor - 1}.99"
    desk.change("Go back", files={"app.config.ts": text.replace(current, below)})
    words = "build" if patch else "build minor"
    card = await desk.release(words)
    assert await desk.ends(card) == ("refused", "version_used")
    desk.change("And forward", files={"app.config.ts": text})

    assert f"{used} is used already" in desk.detail(desk.run_of(card))


async def test_a_build_older_than_the_live_one_is_not_handed_over(desk):
    desk.box.faults.set("expo.build", "stuck in the queue")
    desk.change()
    card = await desk.release()
    run = desk.run_of(card)
    await desk.polled(lambda: len(desk.known(run).builds) == 2, 60)
    there = newest(desk)
    kept = (there.name, there.code)
    there.name, there.code = "99.0.0", "999999"
    desk.box.faults.set("expo.build", "succeeds")
    try:
        assert await desk.ends(card) == ("refused", "older_than_live")
        assert desk.handed(run) == []
    finally:
        there.name, there.code = kept
    assert "is not newer" in desk.detail(run)


async def test_what_was_built_and_not_handed_over_is_handed_over_later(desk):
    (source,) = desk.rows("SELECT id FROM runs WHERE reason = 'older_than_live' ORDER BY id DESC LIMIT 1")[0]
    card = await desk.release("submit")
    run = desk.run_of(card)
    assert await desk.ends(card) == ("succeeded", "released"), desk.detail(run)

    assert desk.built(run) == []
    assert desk.handed(int(source)) == ["android", "ios"]


async def test_what_is_going_out_is_halted_and_goes_on(desk):
    desk.change()
    assert await desk.ends(await desk.release()) == ("succeeded", "released")
    halt = await desk.release("halt because it crashes at start")
    assert await desk.ends(halt) == ("succeeded", "store_told"), desk.detail(desk.run_of(halt))

    assert desk.box.appstore.versions[-1].phased.state == "PAUSED"
    assert newest(desk).status == "halted"
    resume = await desk.release("resume because it is mended")
    assert await desk.ends(resume) == ("succeeded", "store_told"), desk.detail(desk.run_of(resume))
    assert desk.box.appstore.versions[-1].phased.state == "ACTIVE"
    assert newest(desk).status == "inProgress"


async def test_where_nothing_is_halted_there_is_nothing_to_go_on_with(desk):
    card = await desk.release("resume ios")
    assert await desk.ends(card) == ("refused", "nothing_to_order")
