"""What stood there before is each platform's own, as Expo keeps it: each gets back what its people kept."""

import pytest

from bot.engine.mobile import marked
from bot.engine.ota import Undo, UpdateBackFacts
from bot.engine.reasons import Reason
from bot.engine.states import RunState, StepName
from bot.pipelines.requests import UpdateBackRequest
from tests.bot.pipelines._asking import Left
from tests.bot.pipelines._world import ANN
from tests.bot.pipelines.ota._expo import ANDROID, AWAY, IOS, Spike

S = StepName


def gets(world, platform):
    top = world.expo.top(platform)
    return "what is built in" if top is None or top.embedded else top.message


async def hurts(world):
    world.errors.spike = Spike(rate=600.0)
    await world.wanted("Bad", key="bad")
    run = await world.go()
    assert (run.state, run.reason) == (RunState.FAILED, Reason.REGRESSED)
    return run


async def test_a_rollout_goes_back_to_what_each_platform_kept(world):
    await world.went_out("First")
    world.expo.published("Android only", platforms=(ANDROID,))
    bad = await hurts(world)

    back = await world.taken_back()

    assert (back.state, back.detail) == (RunState.SUCCEEDED, "")
    assert world.expo.deleted == [bad.deployment_id]
    assert gets(world, IOS) == marked("Back to “First”", back.id)
    assert gets(world, ANDROID) == marked("Back to “Android only”", back.id)
    assert "on iOS gets “Back to" in back.live
    assert "on Android gets “Back to" in back.live


async def test_gone_back_apart_both_go_further_back_together(world):
    await world.went_out("First")
    world.expo.published("Android only", platforms=(ANDROID,))
    await hurts(world)
    await world.taken_back()
    await world.back_wanted(key="once more")

    run = await world.go()

    assert run.state is RunState.SUCCEEDED
    assert gets(world, IOS) == "what is built in"
    assert gets(world, ANDROID) == marked("Back to “First”", run.id)


async def test_what_somebody_published_for_one_platform_since_is_left_alone(world):
    await world.went_out("First", key="1")
    second = await world.went_out("Second", key="2")
    world.expo.published("Android only", platforms=(ANDROID,))
    request = UpdateBackRequest(key="b", app="mobile", environment="production", by=ANN, update=second.id)
    world.run_id = (await world.desk.take_back(request)).id

    run = await world.go()

    assert run.state is RunState.SUCCEEDED
    assert gets(world, IOS) == marked("Back to “First”", run.id)
    assert gets(world, ANDROID) == "Android only"


async def test_where_one_platform_had_none_its_people_get_what_is_built_in(world):
    world.expo.published("iOS only", platforms=(IOS,))
    await hurts(world)

    back = await world.taken_back()

    assert back.state is RunState.SUCCEEDED
    assert gets(world, IOS) == marked("Back to “iOS only”", back.id)
    assert gets(world, ANDROID) == "what is built in"
    assert world.expo.top(ANDROID) is not None  # sent back to it, not left with what was deleted


@pytest.mark.parametrize("trouble", [Left(), AWAY])
async def test_each_platforms_is_published_once_whatever_breaks(world, trouble):
    await world.went_out("First")
    world.expo.published("Android only", platforms=(ANDROID,))
    await hurts(world)
    world.expo.after["republish"] = [trouble]
    if isinstance(trouble, Left):
        with pytest.raises(Left):
            await world.taken_back()
        world = world.born_again()
        back = await world.go()
    else:
        back = await world.taken_back()

    assert back.state is RunState.SUCCEEDED
    ours = [one.message for _, one in world.expo.all if f"run {back.id})" in one.message]
    assert sorted(ours) == [marked(f"Back to “{one}”", back.id) for one in ("Android only", "First")]


async def test_a_platform_that_all_have_it_on_goes_back_to_what_was_published_before_it(world):
    await world.went_out("First")
    bad = world.expo.published("Bad", percent=10)
    ios, android = bad.parts
    done = ios.model_copy(update={"percent": None, "control_group": ""})  # Expo: it is no rollout any more
    world.expo.all[-1] = (world.expo.all[-1][0], bad.model_copy(update={"parts": (done, android)}))
    await world.back_wanted()

    run = await world.go()

    assert run.state is RunState.SUCCEEDED
    assert gets(world, IOS) == gets(world, ANDROID) == marked("Back to “First”", run.id)


async def test_what_everybody_has_goes_back_to_what_each_platform_had(world):
    await world.went_out("First", key="1")
    world.expo.published("Android only", platforms=(ANDROID,))
    await world.went_out("Second", key="2")
    await world.back_wanted()

    run = await world.go()

    assert "First" in gets(world, IOS)
    assert "Android only" in gets(world, ANDROID)
    assert run.state is RunState.SUCCEEDED


async def test_what_came_back_before_is_called_as_it_was_called_at_first(world):
    await world.went_out("First", key="1")
    await world.went_out("Second", key="2")
    await world.back_wanted(key="back 1")
    await world.go()
    world.expo.published("By hand", percent=10)
    await world.back_wanted(key="back 2")

    run = await world.go()

    assert [one.to_message for one in (await world.back_facts()).undo] == ["First"]
    assert world.what_people_get() == marked("Back to “First”", run.id)


def test_a_way_back_from_before_is_read_as_it_was():
    stored = UpdateBackFacts.model_validate_json(
        '{"undo":[{"group":"g","runtime":"1.4.0","platforms":["ios","android"],"rolling":true,"to":"a"}],'
        '"made":{"g":"new"}}'
    )
    assert [one.key in stored.made for one in stored.undo] == [True]
    assert stored.agreed_on() == ("", "g>a")


def test_parts_of_one_group_are_told_apart():
    one = Undo(group="g", runtime="1", platforms=(IOS,), rolling=True, to="a", part=True)
    other = Undo(group="g", runtime="1", platforms=(ANDROID,), rolling=True, part=True)
    assert (one.key, other.key) == ("g:ios", "g:android")
    assert UpdateBackFacts(undo=(one, other)).agreed_on() == ("", "g:ios>a", "g:android>embedded")
