"""An update is published once, whatever happens between asking GitHub and learning what Expo has."""

import pytest

from bot.engine.mobile import marked
from bot.engine.reasons import Reason
from bot.engine.shipping import Phase
from bot.engine.states import RunState, StepName
from bot.errors import UserError, VendorUnavailable
from tests.bot.pipelines._asking import Left
from tests.bot.pipelines._world import SHA
from tests.bot.pipelines.ota._expo import ANDROID, IOS

S = StepName


async def test_killed_between_publishing_and_learning_the_group_it_finds_the_group(world):
    await world.wanted()
    await world.go(until=S.PUBLISH)
    world.workflows.after["start"] = [Left()]
    with pytest.raises(Left):
        await world.go()

    run = await world.born_again().go()

    assert run.state is RunState.SUCCEEDED
    assert len(world.workflows.updates) == 1
    assert len(world.expo.all) == 1


async def test_a_dispatch_whose_answer_was_lost_is_looked_for_and_not_made_again(world):
    await world.wanted()
    await world.go(until=S.PUBLISH)
    world.workflows.after["start"] = [VendorUnavailable("GitHub", "starting", detail="timed out")]

    run = await world.go()

    assert (run.state, len(world.workflows.updates)) == (RunState.SUCCEEDED, 1)


async def test_published_and_not_listed_is_unknown_and_retry_looks_again_without_publishing_twice(world):
    await world.wanted()
    world.expo.shows_after = 40.0

    run = await world.go()
    assert (run.state, run.reason) == (RunState.FAILED, Reason.PUBLISH_UNKNOWN)
    assert run.not_done
    await world.clock.sleep(60)
    await world.retry()
    run = await world.go()

    assert (run.state, len(world.workflows.updates)) == (RunState.SUCCEEDED, 1)


async def test_a_workflow_that_failed_published_nothing_and_retry_starts_another(world):
    await world.wanted()
    world.workflows.publishes, world.workflows.phases = False, [Phase.FAILED]
    world.workflows.failing = "publish: exit code 1"

    run = await world.go()
    assert (run.state, run.reason) == (RunState.FAILED, Reason.PUBLISH_FAILED)
    assert "publish: exit code 1" in run.detail
    world.workflows.publishes, world.workflows.phases = True, [Phase.LIVE]
    await world.retry()
    run = await world.go()

    assert (run.state, len(world.expo.all)) == (RunState.SUCCEEDED, 1)


async def test_a_workflow_that_failed_after_it_had_published_has_published(world):
    await world.wanted()
    world.workflows.phases = [Phase.FAILED]

    run = await world.go()

    assert (run.state, len(world.workflows.updates)) == (RunState.SUCCEEDED, 1)


async def test_what_was_published_for_another_runtime_is_refused_and_taken_back(world):
    await world.wanted()
    world.workflows.runtime = "1.5.0"

    run = await world.go()
    assert (run.state, run.reason) == (RunState.FAILED, Reason.RUNTIME_CHANGED)
    assert "no installed app receives it" in run.detail
    back = await world.taken_back()

    assert (back.state, back.parent_id) == (RunState.SUCCEEDED, run.id)
    assert world.expo.deleted == [run.deployment_id]


async def test_the_mark_of_another_databases_run_is_not_taken_for_this_runs(world):
    from datetime import timedelta

    old = world.expo.published(marked("From before", 1))
    at, group = world.expo.all[0]
    world.expo.all[0] = (at, group.model_copy(update={"created_at": group.created_at - timedelta(days=30)}))
    run = await world.wanted()
    assert run.id == 1

    run = await world.go()

    assert run.deployment_id not in ("", old.group)
    assert len(world.workflows.updates) == 1


async def test_published_to_everybody_at_once_it_is_watched_once_at_a_hundred_percent(world):
    world.workflows.publishes = False
    await world.wanted()
    await world.go(until=S.PUBLISH)
    world.expo.published(marked("Fix", world.run_id), sha=SHA)

    run = await world.go()

    assert (run.state, (await world.facts()).percent) == (RunState.SUCCEEDED, 100)
    assert world.expo.set == []
    assert world.workflows.updates == []


async def test_cancelled_before_it_was_published_nothing_was(world):
    await world.wanted()
    await world.go(until=S.PUBLISH)

    run = await world.cancelled()

    assert (run.state, run.live) == (RunState.CANCELLED, "Nothing was published.")


async def test_cancelled_while_it_publishes_what_was_published_stays_and_the_way_back_is_named(world):
    await world.wanted()
    world.workflows.phases = [Phase.DEPLOYING] * 1000
    await world.go(until=S.PUBLISH)
    world.clock.then(world.clock.passed + 3, lambda: world.cancel(world.run_id))
    await world.go()

    run = await world.cancelled_already()

    assert run.state is RunState.CANCELLED
    assert "/pawota rollback production" in run.live
    assert "10 %" in run.live
    assert run.deployment_id


async def test_cancelled_while_it_rolls_out_it_stays_where_it_is(world):
    await world.wanted()
    world.clock.then(5, lambda: world.cancel(world.run_id))
    await world.go()

    run = await world.cancelled_already()

    assert (run.state, world.expo.set) == (RunState.CANCELLED, [])
    assert "What was published stays" in run.live


async def test_a_group_for_each_runtime_is_waited_for_where_the_other_is_listed_first(world):
    world.expo.built = [
        world.expo.a_build(IOS),
        world.expo.a_build(ANDROID, version="1.3.0", runtime="1.3.0"),
    ]
    world.workflows.publishes = False
    run = await world.wanted()
    await world.go(until=S.PUBLISH)
    message = marked("Fix the feeding plan", run.id)
    world.expo.published(message, percent=10, runtime="1.4.0", platforms=(IOS,))

    async def list_the_other():
        world.expo.published(message, percent=10, runtime="1.3.0", platforms=(ANDROID,))

    world.clock.then(world.clock.passed + 2, list_the_other)
    await world.go(until=S.ROLLOUT)

    assert len((await world.facts()).groups) == 2


async def test_what_was_published_for_one_platform_alone_is_not_with_everybody_and_is_taken_back(world):
    world.workflows.publishes = False
    run = await world.wanted()
    await world.go(until=S.PUBLISH)
    world.expo.published(marked("Fix the feeding plan", run.id), percent=10, platforms=(IOS,))

    run = await world.go()

    assert (run.state, run.reason) == (RunState.FAILED, Reason.PLATFORMS_APART)
    assert "Nothing was published for Android" in run.detail
    assert (await world.taken_back()).state is RunState.SUCCEEDED


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("Fix\nthe plan\r\n::set-output name=x::1", "Fix the plan ::set-output name=x::1"),
        ("A\x00B\x1b[31m\u2028C\u202eD\ufeff", "A B [31m CD"),
        ("\u200d Family 👩\u200d👧 \u200d", "Family 👩\u200d👧"),
    ],
)
async def test_what_people_typed_reaches_the_workflow_on_one_line_as_they_agreed_to_it(world, typed, sent):
    run = await world.wanted(typed)
    await world.go(until=S.ROLLOUT)

    assert run.why == sent
    assert world.workflows.updates[0]["message"] == f"{sent} (pawdeploy run {run.id})"


async def test_a_message_of_nothing_that_has_a_shape_is_none(world):
    with pytest.raises(UserError) as refused:
        await world.wanted("\u200b\n\u202e")
    assert refused.value.reason is Reason.NO_MESSAGE
