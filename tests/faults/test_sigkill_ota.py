"""SIGKILL on an update's way to everybody and back: published once, percents only rise, clocks go on."""

import pytest
import pytest_asyncio

from bot.engine.states import StepName
from tests.faults.mortal import REGRESSED, SUCCESS
from tests.faults.mortal_app import mortal_app
from tests.flows.driver import BEN
from tests.flows.mobile import WATCH, content

pytestmark = pytest.mark.asyncio(loop_scope="module")

MOBILE = "/github/repos/pawlogic/mobile"
DONE = (
    "POST dispatch fingerprint",
    "POST chat.postMessage",
    "POST chat.update",
    "POST expo android to 50",
    "POST expo ios to 50",
    "POST expo android to 100",
    "POST expo ios to 100",
)
"""Requests that do something: it makes a difference whether it dies before or after."""
READ = (
    f"GET {MOBILE}/commits/main",
    f"GET {MOBILE}/commits/SHA/status",
    f"GET {MOBILE}/contents/app.config.ts",
    "POST expo channel",
    "POST expo builds",
    "POST usergroups.users.list",
    "POST reactions.get",
    f"GET {MOBILE}/actions/workflows/mobile-build.yml/runs",
    "POST expo groups",
    "POST expo group",
    "GET errors at 10",
    "GET issues at 10",
    "GET errors at 50",
    "GET errors at 100",
)
LAST = {"after": "POST dispatch update", "before": f"GET {MOBILE}/actions/runs/N"}
"""The publishing is asked for and the bot never hears of it; it does, and dies before it follows it."""
MOMENTS = {"after": (*DONE, *READ[::2], LAST["after"]), "before": (*DONE, *READ[1::2], LAST["before"])}
BACK = (
    "POST files.getUploadURLExternal",
    "POST files.completeUploadExternal",
    "POST expo deleteGroup",
    "POST expo branch",
    "POST expo original",
    "POST expo publish",
)
TAKEN_BACK = ("succeeded", "update_taken_back")
PATIENCE = 240.0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(tmp_path_factory):
    async with mortal_app(tmp_path_factory.mktemp("kill"), hold=60) as made:
        yield made


def only_rose(desk) -> None:
    """Assert that no part ever reached fewer people than it had."""
    assert [had for had in desk.reached.values() if had != sorted(set(had))] == []


async def everybody_has_it(desk, card, sha) -> None:
    """Assert that an update was published once, by one workflow, and came to everybody."""
    run = desk.run_of(card)
    (group,) = desk.groups_of(run)
    assert {(part.platform, part.percent, part.sha) for part in group} == {
        ("ios", None, sha),
        ("android", None, sha),
    }
    assert [desk.reached[part.id] for part in group] == [[10, 50, 100]] * 2
    assert desk.top() == group
    assert desk.dispatched(run, "update") == 1
    only_rose(desk)
    await desk.whole(run, SUCCESS)


async def gone_back(desk, card, before) -> None:
    """Assert that an update which hurt was taken back once, and that nothing of it is left."""
    run = desk.run_of(card)
    ((back,),) = desk.rows("SELECT id FROM runs WHERE parent_id = ?", run)
    assert desk.groups_of(run) == []
    assert len(desk.groups_of(back)) == 1
    assert content(desk.top()) == content(before)
    assert desk.dispatched(run, "update") == 1
    assert desk.said(back, "lock") == ["lock.taken"]
    only_rose(desk)
    await desk.whole(run, REGRESSED)
    await desk.whole(back, SUCCESS)


async def test_an_update_that_dies_at_each_of_its_steps_goes_out_once_and_no_stages_clock_begins_anew(desk):
    await desk.alive()
    sha = desk.change()
    card = await desk.update("Dies at each step")
    run, began = desk.run_of(card), {}

    async def first_stage():
        await desk.polled(lambda: "began.0" in desk.memory(run, "rollout"))
        began.update(desk.memory(run, "rollout"))

    await desk.dies_at_each_step(run, consent=lambda: desk.says_yes(card), rollout=first_stage)

    assert await desk.ends(card, patience=PATIENCE) == ("succeeded", "updated")
    assert desk.memory(run, "rollout")["began.0"] == began["began.0"]
    took = "SELECT (julianday(ended_at) - julianday(started_at)) * 86400 FROM run_steps WHERE run_id = ?"
    assert desk.rows(f"{took} AND name = 'rollout'", run)[0][0] >= 3 * WATCH["seconds"] - 0.1
    assert desk.voices(run) == {(BEN, "approve", "reaction")}
    assert desk.said(run, "consent") == ["consent.asked", "consent.approve"]
    await everybody_has_it(desk, card, sha)


@pytest.mark.parametrize("when", ["after", "before"])
async def test_an_update_that_dies_inside_every_kind_of_request_is_published_once(desk, when):
    await desk.alive()
    sha = desk.change()

    async with desk.revived():
        card = await desk.dying(f'/pawota production "Dies {when}"', *MOMENTS[when], when=when)
        await desk.says_yes(card)
        assert await desk.ends(card, patience=PATIENCE) == ("succeeded", "updated")
        await everybody_has_it(desk, card, sha)

    assert not desk.switch.armed
    assert desk.voices(desk.run_of(card)) == {(BEN, "approve", "reaction")}


@pytest.mark.parametrize("when", ["after", "before"])
async def test_a_way_back_that_dies_inside_every_kind_of_request_brings_the_one_before_back_once(desk, when):
    await desk.alive()
    before = desk.top()
    desk.box.faults.set("expo.ota", "crashes")
    desk.box.faults.set("railway.speed", "normal")  # so that a deletion takes as long as to be asked about
    desk.fingerprinted(desk.change())
    card = await desk.update(f"Crashes, and dies {when}")
    # A job whose number nobody heard is not asked about.
    desk.switch.arm(*BACK, *(("POST expo job",) if when == "before" else ()), when=when)
    await desk.says_yes(card)

    async with desk.revived():
        assert await desk.ends(card, patience=PATIENCE) == ("failed", "regressed")
        back = await desk.comes_back(card)
        await desk.polled(lambda: desk.ended(back) == TAKEN_BACK, PATIENCE)
        await gone_back(desk, card, before)

    assert not desk.switch.armed


async def test_a_way_back_that_dies_at_each_of_its_steps_and_before_it_is_started_goes_back_once(desk):
    await desk.alive()
    before = desk.top()
    desk.box.faults.set("expo.ota", "crashes")
    desk.fingerprinted(desk.change())
    card = await desk.update("Crashes, and dies at each step")
    await desk.says_yes(card)
    run = desk.run_of(card)
    await desk.polled(lambda: desk.begun(run, StepName.ROLLOUT))
    with desk.between():
        await desk.polled(lambda: desk.column(run, "state") == "failed", 60)
        await desk.box.kill_bot()
        assert desk.newest() == run
    await desk.box.start_bot()
    back = await desk.comes_back(card)

    await desk.dies_at_each_step(back)

    await desk.polled(lambda: desk.ended(back) == TAKEN_BACK, PATIENCE)
    await gone_back(desk, card, before)


async def test_held_it_dies_and_is_still_held_and_promoted_it_dies_and_goes_on(desk):
    await desk.alive()
    sha = desk.change()
    desk.fingerprinted(sha)
    desk.box.faults.set("sentry.answers", "503")
    card = await desk.update("Held")
    await desk.says_yes(card)
    run = desk.run_of(card)
    await desk.polled(lambda: "held.0" in desk.memory(run, "rollout"), 60)
    held = desk.memory(run, "rollout")["held.0"]
    await desk.box.kill_bot()
    await desk.box.start_bot()
    await desk.box.wait_ready()
    await desk.polled(lambda: "ota_promote" in desk.buttons(card), 60)
    assert desk.percents(card) == {10}
    assert desk.memory(run, "rollout")["held.0"] == held

    await desk.press(card, "ota_promote", user=BEN)
    await desk.polled(lambda: desk.column(run, "promoted") == 50, 60)
    await desk.box.kill_bot()
    desk.box.faults.set("sentry.answers", "normal")
    await desk.box.start_bot()

    assert await desk.ends(card, patience=PATIENCE) == ("succeeded", "updated")
    assert desk.said(run, "run") == [*SUCCESS[:3], "run.promoted", "run.succeeded"]
    (group,) = desk.groups_of(run)
    assert [desk.reached[part.id] for part in group] == [[10, 50, 100]] * 2
    assert {part.sha for part in group} == {sha}


async def test_killed_before_the_publishing_was_asked_for_nothing_is_published_and_a_new_run_is(desk):
    await desk.alive()
    desk.fingerprinted(desk.change())
    desk.switch.arm("POST dispatch update", when="before")
    card = await desk.update("Nobody heard")
    await desk.says_yes(card)
    await desk.reborn()

    assert await desk.ends(card, patience=PATIENCE) == ("failed", "publish_unknown")
    assert desk.groups_of(desk.run_of(card)) == []
    await desk.shows(card, "never started twice")
    sha = desk.change()
    again = await desk.update("Heard")
    await desk.says_yes(again)
    assert await desk.ends(again, patience=PATIENCE) == ("succeeded", "updated")
    await everybody_has_it(desk, again, sha)


@pytest.mark.parametrize("when", ["after", "before"])
async def test_dying_as_it_sends_phones_back_to_what_is_built_in_it_does_so_once(desk, when):
    await desk.alive()
    desk.box.expo.work[1]._all.clear()  # as where nothing was ever published
    desk.fingerprinted(desk.change())
    card = await desk.update("The first of all")
    await desk.says_yes(card)
    assert await desk.ends(card, patience=PATIENCE) == ("succeeded", "updated")
    desk.switch.arm("POST expo publish", when=when)

    back = await desk.start('/pawota rollback production --emergency "it deletes pets"')
    await desk.reborn()

    assert await desk.ends(back, patience=PATIENCE) == TAKEN_BACK
    (group,) = desk.groups_of(desk.run_of(back))
    assert desk.top() == group
    assert all(part.embedded for part in group)
    await desk.whole(desk.run_of(back), SUCCESS)
