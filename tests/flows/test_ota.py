"""Updates over the air through Slack: out to everybody, watched, promoted; nobody is asked here."""

import pytest
import pytest_asyncio

from sandbox.vendors.app_files import config_text, package_text
from tests.flows.driver import ANN
from tests.flows.mobile import DISPATCH, content, fresh, killing, mobile

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def shared(tmp_path_factory):
    async with mobile(tmp_path_factory.mktemp("ota")) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def desk(shared):
    return fresh(shared)


async def test_an_update_goes_out_stage_by_stage_to_everybody(desk):
    sha = desk.change("Show the feeding plan")
    card = await desk.update("Show the feeding plan")

    await desk.shows(card, "10 %")
    assert await desk.ends(card) == ("succeeded", "updated")

    (group,) = desk.groups_of(desk.run_of(card))
    assert {(part.platform, part.percent, part.sha) for part in group} == {
        ("ios", None, sha),
        ("android", None, sha),
    }
    assert desk.top() == group
    assert "update.setRolloutPercentage" in " ".join(desk.box.expo.requests)


async def test_killed_between_publishing_and_learning_the_group_it_finds_the_one_group(desk):
    sha = desk.change()
    desk.fingerprinted(sha)
    desk.box.script.at(DISPATCH, killing(desk.box))
    card = await desk.update("Killed once")

    await desk.polled(lambda: not desk.box.bot_running)
    await desk.box.start_bot()
    await desk.box.wait_ready()

    assert await desk.ends(card) == ("succeeded", "updated")
    assert len(desk.groups_of(desk.run_of(card))) == 1


async def test_one_platform_that_refuses_is_said_on_the_card_and_asked_again_until_both_agree(desk):
    desk.change()
    desk.box.faults.set("expo.rollout", "android refuses")
    card = await desk.update("Out of step")

    await desk.shows(card, "Android 10 %", "iOS 50 %")
    desk.box.faults.set("expo.rollout", "agrees")

    assert await desk.ends(card) == ("succeeded", "updated")


async def test_platforms_that_never_agree_are_taken_back(desk):
    desk.change()
    desk.box.faults.set("expo.rollout", "android refuses")
    card = await desk.update("Never agrees")

    assert await desk.ends(card) == ("failed", "platforms_apart")
    _, ended = await desk.back_of(card)
    assert ended == ("succeeded", "update_taken_back")


async def test_a_refused_rollout_stays_at_ten_percent_and_retry_goes_on_from_there(desk):
    desk.change()
    desk.box.faults.set("expo.rollout", "refuses")
    card = await desk.update("Refused")

    assert await desk.ends(card) == ("failed", "rollout_refused")
    (group,) = desk.groups_of(desk.run_of(card))
    assert [part.percent for part in group] == [10, 10]
    desk.box.faults.set("expo.rollout", "agrees")
    await desk.polled(lambda: "run_retry" in desk.buttons(card))
    await desk.press(card, "run_retry")
    await desk.polled(lambda: desk.ended(desk.run_of(card))[0] != "failed")

    assert await desk.ends(card) == ("succeeded", "updated")
    assert len(desk.groups_of(desk.run_of(card))) == 1


async def test_a_second_update_waits_in_line_behind_the_first(desk):
    desk.change()
    first = await desk.update("The first")
    await desk.shows(first, "10 %")
    desk.change()
    second = await desk.update("The second")

    await desk.shows(second, f"run {desk.run_of(first)}")
    assert await desk.ends(first) == ("succeeded", "updated")
    assert await desk.ends(second) == ("succeeded", "updated")
    assert desk.top() in desk.groups_of(desk.run_of(second))


async def test_a_native_change_is_refused_and_nothing_is_published(desk):
    desk.change("Raise the camera", files={"package.json": package_text("1.4.0", expo_camera="~17.0.8")})
    card = await desk.update("Raise the camera")
    try:
        assert await desk.ends(card) == ("refused", "native_changed")
        assert desk.groups_of(desk.run_of(card)) == []
    finally:
        desk.change("Take the camera out", files={"package.json": package_text("1.4.0")})


async def test_a_changed_runtime_is_refused_because_no_installed_build_would_receive_it(desk):
    was = desk.text("app.config.ts")
    desk.change("Raise the version", files={"app.config.ts": config_text("9.9.9")})
    card = await desk.update("Raise the version")
    try:
        assert await desk.ends(card) == ("refused", "runtime_changed")
        assert "9.9.9" in await desk.shows(card, "receive")
    finally:
        desk.change("Lower it again", files={"app.config.ts": was})


async def test_what_is_not_known_to_be_javascript_only_needs_an_override_with_a_reason(desk):
    desk.change()
    desk.box.faults.set("github.workflow", "fails")
    card = await desk.update("Unknown")

    assert await desk.ends(card) == ("refused", "native_unknown")
    await desk.polled(lambda: "native_override" in desk.buttons(card))
    desk.box.faults.set("github.workflow", "succeeds")
    await desk.press(card, "native_override")
    form = await desk.ws.until(lambda: desk.ws.view(ANN))
    assert (await desk.ws.submit(ANN, form.id, {"reason": "only texts changed"})).ok
    await desk.polled(lambda: desk.ended(desk.run_of(card))[0] != "refused")

    assert await desk.ends(card) == ("succeeded", "updated")


async def test_a_paused_channel_is_refused(desk):
    desk.change()
    desk.box.expo.channel().paused = True
    try:
        card = await desk.update("Paused")
        assert await desk.ends(card) == ("refused", "channel_paused")
    finally:
        desk.box.expo.channel().paused = False


async def test_a_rollback_goes_to_the_group_before_and_one_is_published(desk):
    before = desk.top()
    desk.change()
    card = await desk.update("Take me back")
    assert await desk.ends(card) == ("succeeded", "updated")

    back = await desk.start("/pawota rollback production")

    assert await desk.ends(back) == ("succeeded", "update_taken_back")
    assert content(desk.top()) == content(before)
    assert len(desk.groups_of(desk.run_of(back))) == 1


async def test_a_rollback_in_the_middle_ends_the_rollout_and_nothing_rolls_forward_after_it(desk):
    before = desk.top()
    desk.change()
    card = await desk.update("Take me back at once")
    await desk.polled(lambda: any(part.percent == 10 for part in desk.top()))

    back = await desk.start("/pawota rollback production")

    assert await desk.ends(card) == ("failed", "overtaken")
    assert await desk.ends(back) == ("succeeded", "update_taken_back")
    assert desk.groups_of(desk.run_of(card)) == []
    assert content(desk.top()) == content(before)
