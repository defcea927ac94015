"""However a workflow ends, or the bot while it runs: it is started at most once, and nothing is guessed."""

import pytest

from bot.engine.reasons import Reason
from bot.engine.shipping import Phase
from bot.engine.states import RunState, StepName, StepState
from bot.errors import UserError, VendorUnavailable
from bot.pipelines import settle
from tests.bot.pipelines._mending import MendingWorld, mending_project
from tests.bot.pipelines._world import ANN, BEN

AWAY = VendorUnavailable("GitHub", "dispatching a workflow", status=503)


@pytest.fixture
def world(fresh_database):
    return MendingWorld(fresh_database, mending_project())


async def ended(world, reason, state=RunState.FAILED):
    run = await world.now()
    assert (run.state, run.reason) == (state, reason)
    return run


async def test_a_failure_is_told_with_its_last_lines_and_not_retried(world):
    await world.my_turn()
    world.workflows.phases, world.workflows.failing = [Phase.FAILED], "migrate: alembic downgrade -1"

    assert await world.step(StepName.WORKFLOW) == "stopped"
    run = await ended(world, Reason.WORKFLOW_FAILED)
    assert run.detail == "The workflow failed: migrate: alembic downgrade -1."
    assert run.not_done == "The workflow was started and did not succeed. What it did until then stands."
    assert [post.body for post in await world.kit.posts.due() if post.kind == "note"] == ["boom\nexit 1"]
    with pytest.raises(UserError, match="has moved on"):
        await world.desk.retry(run.id, 1, ANN)


async def test_one_that_never_ends_is_given_up_as_unknown_and_retry_goes_on_following(world):
    await world.my_turn()
    world.workflows.phases = [Phase.DEPLOYING]
    assert await world.step(StepName.WORKFLOW) == "stopped"
    assert "still DEPLOYING after 2 min" in (await ended(world, Reason.WORKFLOW_UNKNOWN)).detail

    mine, newer = world.run_id, await world.request("a deploy")
    await world.runs.set(newer, deployment_id="d-9")  # an older deploy would be overtaken now
    world.run_id = mine
    await world.retry()
    world.workflows.phases = [Phase.LIVE]

    assert await world.step(StepName.WORKFLOW) == "done"
    assert len(world.workflows.sent) == 1


async def test_a_start_nobody_can_find_is_never_made_again(world):
    await world.my_turn()
    world.workflows.before["start"] = [AWAY]
    assert await world.step(StepName.WORKFLOW) == "stopped"
    run = await ended(world, Reason.WORKFLOW_UNKNOWN)
    assert "never starts a second" in run.not_done

    for _ in range(2):
        await world.retry()
        assert await world.step(StepName.WORKFLOW) == "stopped"
        await ended(world, Reason.WORKFLOW_UNKNOWN)
    assert world.workflows.calls.count("start") == 1


async def test_an_answer_that_was_lost_is_looked_for_by_whose_run_it_is(world):
    await world.my_turn()
    world.workflows.after["start"], world.workflows.shows_after = [AWAY], 5

    assert await world.step(StepName.WORKFLOW) == "done"
    assert len(world.workflows.sent) == 1


class Killed(BaseException):
    """The bot is dead."""


@pytest.mark.parametrize(
    ("method", "when"),
    [("deployments", "before"), ("start", "before"), ("start", "after"), ("look", "before")],
)
async def test_killed_anywhere_around_the_dispatch_it_is_made_at_most_once(world, method, when):
    await world.my_turn()
    getattr(world.workflows, when)[method] = [Killed()]
    with pytest.raises(Killed):
        await world.step(StepName.WORKFLOW)

    after = world.born_again()
    ending = await after.step(StepName.WORKFLOW)

    lost = (method, when) == ("start", "before")  # nobody can know that it was not made
    assert ending == ("stopped" if lost else "done")
    assert len(world.workflows.sent) == (0 if lost else 1)


async def test_github_away_for_longer_than_we_ask_ends_it_and_retry_follows_the_same_run(world):
    await world.my_turn()
    world.workflows.before["look"] = [AWAY] * 200
    assert await world.step(StepName.WORKFLOW) == "stopped"
    assert "was started" in (await ended(world, Reason.VENDOR_UNAVAILABLE)).not_done

    world.workflows.before["look"] = []
    await world.retry()

    assert await world.step(StepName.WORKFLOW) == "done"
    assert len(world.workflows.sent) == 1


async def test_cancelled_before_its_turn_nothing_was_started(world):
    await world.until_asked()

    assert (await world.cancelled()).live == "The workflow was not started."
    assert world.workflows.calls == []


async def test_cancelled_between_its_turn_and_the_dispatch_nothing_was_started(world):
    await world.my_turn()
    await world.desk.cancel(world.run_id, BEN)

    assert await world.step(StepName.WORKFLOW) == "stopped"
    await settle.wind_down(world.kit, world.run_id)
    assert (await world.now()).live == "The workflow was not started."
    assert world.workflows.sent == []


async def test_cancelled_while_it_runs_it_is_cancelled_at_github(world):
    await world.my_turn()
    world.workflows.phases = [Phase.DEPLOYING]
    world.clock.then(world.clock.passed + 10, lambda: world.desk.cancel(world.run_id, BEN))

    assert await world.step(StepName.WORKFLOW) == "stopped"
    await settle.wind_down(world.kit, world.run_id)

    run = await world.now()
    assert world.workflows.cancelled == ["w-1"]
    assert (run.state, run.live) == (
        RunState.CANCELLED,
        "The workflow has ended (REMOVED); what it did until then stands.",
    )
    assert run.step(StepName.WORKFLOW).state is StepState.CANCELLED


async def test_cancelled_when_it_had_succeeded_says_so(world):
    await world.my_turn()
    assert await world.step(StepName.WORKFLOW) == "done"

    assert (await world.cancelled()).live == "The workflow had succeeded before it could be stopped."
    assert world.workflows.cancelled == []


async def test_cancelled_after_a_crash_that_lost_the_start_it_is_found_and_stopped(world):
    await world.my_turn()
    world.workflows.after["start"], world.workflows.shows_after = [Killed()], 7
    world.workflows.phases = [Phase.QUEUED]
    with pytest.raises(Killed):
        await world.step(StepName.WORKFLOW)
    await world.desk.cancel(world.run_id, BEN)

    await settle.wind_down(world.born_again().kit, world.run_id)

    assert world.workflows.cancelled == ["w-1"]
    assert (await world.now()).step(StepName.WORKFLOW).url == "https://github.test/run"


async def test_cancelled_with_a_start_nobody_can_find_nothing_is_claimed(world):
    await world.my_turn()
    world.workflows.before["start"] = [AWAY]
    assert await world.step(StepName.WORKFLOW) == "stopped"

    run = await world.cancelled()

    assert run.live == "Whether the workflow was started is not known; look at it on GitHub."
