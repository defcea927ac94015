"""SIGKILL on a release's way to the stores: one commit, one build a platform, one submission a build."""

import pytest
import pytest_asyncio

from bot.engine.states import StepName
from tests.faults.mortal import SUCCESS
from tests.faults.mortal_app import mortal_app
from tests.flows.driver import BEN

pytestmark = pytest.mark.asyncio(loop_scope="module")

MOBILE = "/github/repos/pawlogic/mobile"
APPLE = "/appstore/v1"
PLAY = "/googleplay/androidpublisher/v3/applications/app.pawlogic"
DONE = (
    f"POST {MOBILE}/git/trees",
    f"POST {MOBILE}/git/commits",
    f"PATCH {MOBILE}/git/refs/heads/main",
    "POST chat.postMessage",
)
"""Requests that do something: it makes a difference whether it dies before or after."""
READ = (
    f"GET {MOBILE}/commits/main",
    f"GET {MOBILE}/contents/app.config.ts",
    f"GET {MOBILE}/git/ref/heads/main",
    f"GET {MOBILE}/commits/SHA",
    f"GET {MOBILE}/actions/workflows/mobile-build.yml/runs",
    "POST expo builds",
    "POST reactions.get",
    "POST usergroups.users.list",
    f"GET {PLAY}/tracks/production/releases",
    "POST expo submissions",
    f"GET {APPLE}/reviewSubmissions",
)
LAST = {
    "after": ("POST dispatch build", "POST dispatch submit"),
    "before": (f"GET {MOBILE}/actions/runs/N", f"GET {APPLE}/apps/N/appStoreVersions"),
}
"""Something is asked for and the bot never hears of it; it does, and dies before it follows it."""
MOMENTS = {"after": (*DONE, *READ[::2], *LAST["after"]), "before": (*DONE, *READ[1::2], *LAST["before"])}
ORDER = (
    f"PATCH {APPLE}/appStoreVersionPhasedReleases/N",
    f"PUT {PLAY}/edits/N/tracks/production",
    f"POST {PLAY}/edits/N:commit",
)
PATIENCE = 240.0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(tmp_path_factory):
    made = mortal_app(tmp_path_factory.mktemp("kill"), watched=False, devices=True)
    async with made as one:
        yield one


async def works(desk, card) -> None:
    """Have Ben try both builds on phones."""
    for platform, phone in (("ios", "iPhone 15"), ("android", "Pixel 8")):
        await desk.says(card, f"device_works:{platform}", phone)


async def reports_are_kept(desk, run) -> None:
    query = "SELECT platform, verdict FROM devices WHERE run_id = ? ORDER BY platform"
    assert desk.rows(query, run) == [("android", "works"), ("ios", "works")]


async def out_once(desk, card) -> None:
    """Assert that a release came to both stores, with everything done once."""
    run = desk.run_of(card)
    assert len(desk.raised(run)) == 1
    builds = desk.built(run)
    assert sorted(one.platform for one in builds) == ["android", "ios"]
    assert desk.handed(run) == ["android", "ios"]
    assert desk.dispatched(run, "build") == desk.dispatched(run, "submit") == 1
    for platform, uploads in (("ios", desk.box.appstore.uploads), ("android", desk.box.googleplay.uploads)):
        (build,) = [one for one in builds if one.platform == platform]
        assert uploads.count((build.version, build.number)) == 1
    assert desk.voices(run) == {(BEN, "approve", "reaction")}
    await reports_are_kept(desk, run)
    await desk.whole(run, SUCCESS)


async def test_a_release_that_dies_at_each_of_its_steps_is_built_handed_over_and_told_once(desk):
    await desk.alive()
    desk.change()
    card = await desk.release()
    run = desk.run_of(card)
    await desk.dies_at_each_step(run, devices=lambda: works(desk, card), consent=lambda: desk.says_yes(card))

    assert await desk.ends(card, patience=PATIENCE) == ("succeeded", "released"), desk.detail(run)
    await out_once(desk, card)


@pytest.mark.parametrize("when", ["after", "before"])
async def test_a_release_that_dies_inside_every_kind_of_request_is_built_and_handed_over_once(desk, when):
    await desk.alive()
    desk.change()

    async with desk.revived():
        card = await desk.dying("/pawmobile build", *MOMENTS[when], when=when)
        run = desk.run_of(card)
        await desk.polled(lambda: desk.begun(run, StepName.DEVICES), PATIENCE)
        armed, desk.switch.armed = desk.switch.armed, {}  # a form that dies with the bot is opened again
        await desk.ready()
        await works(desk, card)
        desk.switch.armed = armed
        await desk.says_yes(card)
        assert await desk.ends(card, patience=PATIENCE) == ("succeeded", "released"), desk.detail(run)
        await out_once(desk, card)

    assert not desk.switch.armed


async def test_dying_as_it_follows_what_it_started_it_starts_nothing_anew(desk):
    await desk.alive()
    desk.change()
    codes = "POST files.completeUploadExternal"
    desk.switch.arm("POST expo build", "POST expo submission", codes, when="after")
    async with desk.revived():
        card = await desk.release()
        run = desk.run_of(card)
        await desk.polled(lambda: codes in desk.switch.fired, PATIENCE)
        await desk.polled(lambda: desk.begun(run, StepName.DEVICES), PATIENCE)
        await desk.ready()
        await works(desk, card)
        await desk.says_yes(card)
        assert await desk.ends(card, patience=PATIENCE) == ("succeeded", "released"), desk.detail(run)
        await out_once(desk, card)

    assert not desk.switch.armed


async def test_a_report_is_kept_though_the_bot_dies_after_the_first_and_after_the_last(desk):
    await desk.alive()
    desk.change()
    card = await desk.release()
    run = desk.run_of(card)
    for platform, phone in (("ios", "iPhone 15"), ("android", "Pixel 8")):
        await desk.says(card, f"device_works:{platform}", phone)
        await desk.polled(
            lambda platform=platform: desk.rows(
                "SELECT 1 FROM devices WHERE run_id = ? AND platform = ?", run, platform
            )
        )
        await desk.box.kill_bot()
        await desk.box.start_bot()
        await desk.box.wait_ready()
    await desk.says_yes(card)

    assert await desk.ends(card, patience=PATIENCE) == ("succeeded", "released"), desk.detail(run)
    await out_once(desk, card)


@pytest.mark.parametrize(("what", "reason"), [("build", "build_unknown"), ("submit", "submission_unknown")])
async def test_killed_before_it_was_asked_for_nothing_is_made_and_it_says_that_nobody_knows(
    desk, what, reason
):
    await desk.alive()
    desk.change()
    card = await desk.release()
    run = desk.run_of(card)
    desk.switch.arm(f"POST dispatch {what}", when="before")
    if what == "submit":
        await works(desk, card)
        await desk.says_yes(card)
    await desk.reborn()

    assert await desk.ends(card, patience=PATIENCE) == ("failed", reason)
    assert desk.dispatched(run, what) == 0
    assert desk.handed(run) == []
    assert "never started twice" in desk.detail(run)


async def test_orders_that_die_inside_each_of_their_requests_are_carried_out(desk):
    await desk.alive()
    desk.change()
    card = await desk.release()
    await works(desk, card)
    await desk.says_yes(card)
    assert await desk.ends(card, patience=PATIENCE) == ("succeeded", "released")
    apple = desk.box.appstore.versions[-1].phased

    for when, words in (("after", "halt because it crashes"), ("before", "resume because it is mended")):
        await desk.alive()
        desk.switch.arm(*ORDER, when=when)
        async with desk.revived():
            order = await desk.release(words)
            await desk.says_yes(order)
            assert await desk.ends(order, patience=PATIENCE) == ("succeeded", "store_told")
            await desk.whole(desk.run_of(order), SUCCESS)
        assert not desk.switch.armed
        states = {"after": ("PAUSED", "halted"), "before": ("ACTIVE", "inProgress")}
        google = max(desk.box.googleplay.releases, key=lambda one: int(one.code))
        assert (apple.state, google.status) == states[when]
