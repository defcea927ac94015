"""The version of an app is raised by a pull request where nobody may write to the branch."""

import pytest

from bot.engine.checks import CheckState
from bot.engine.reasons import Reason
from bot.engine.states import StepName
from tests.bot.pipelines._asking import Left
from tests.bot.pipelines._world import report
from tests.bot.pipelines.release._bumping import stopped
from tests.bot.pipelines.release._vendors import CONFIG
from tests.bot.pipelines.release._world import ReleasingWorld, releasing_project

PULLS = {"bump": "pull-request"}


@pytest.fixture
def by_pull(database):
    return ReleasingWorld(database, releasing_project(expo=PULLS))


async def test_by_pull_request_it_waits_until_that_is_merged(by_pull):
    world = by_pull
    await world.until(StepName.BUMP)
    world.clock.then(world.clock.passed + 300, world.repository.merge)
    assert await world.step(StepName.BUMP) == "done"

    run, known = await world.now(), await world.known()
    assert world.repository.pulls[0]["branch"] == f"pawdeploy/1.4.1-run-{run.id}"
    assert run.sha == world.repository.pulls[0]["sha"]
    assert (known.version, known.bump) == ("1.4.1", "https://github.test/pull/1")
    assert run.step(StepName.BUMP).url == "https://github.test/pull/1"


async def test_a_pull_request_is_opened_once_though_the_bot_dies_around_it(by_pull):
    world = by_pull
    await world.until(StepName.BUMP)
    world.repository.after["propose_file"] = [Left()]
    with pytest.raises(Left):
        await world.step(StepName.BUMP)
    world.repository.push("Meanwhile")
    after = world.born_again()
    after.clock.then(after.clock.passed + 60, after.leave)
    with pytest.raises(Left):
        await after.step(StepName.BUMP)
    again = after.born_again()
    await again.repository.merge()
    assert await again.step(StepName.BUMP) == "done"

    assert len(world.repository.pulls) == 1


async def test_a_pull_request_that_is_closed_is_a_no(by_pull):
    world = by_pull
    await world.until(StepName.BUMP)

    async def close() -> None:
        world.repository.pulls[0]["state"] = "closed"

    world.clock.then(world.clock.passed + 60, close)
    assert "Pull request #1" in await stopped(world, Reason.REJECTED)


async def test_a_pull_request_merged_with_another_version_is_not_built(by_pull):
    world = by_pull
    await world.until(StepName.BUMP)

    async def merge_changed() -> None:
        world.repository.pulls[0]["text"] = CONFIG.replace("1.4.0", "3.0.0")
        await world.repository.merge()

    world.clock.then(world.clock.passed + 60, merge_changed)
    assert "merged with version 3.0.0" in await stopped(world, Reason.VERSION_UNREADABLE)


@pytest.mark.parametrize(("meanwhile", "checked"), [("", False), ("Meanwhile", True)])
async def test_what_was_merged_along_with_the_version_is_checked_too(by_pull, meanwhile, checked):
    world = by_pull
    await world.until(StepName.BUMP)

    async def merge_after_others() -> None:
        if meanwhile:
            world.repository.push(meanwhile)
        await world.repository.merge()
        world.repository.reports = [report(test=CheckState.FAILED, lint=CheckState.PASSED)]

    world.clock.then(world.clock.passed + 60, merge_after_others)
    if checked:
        await stopped(world, Reason.CHECKS_RED)
    else:
        assert await world.step(StepName.BUMP) == "done"


async def test_cancelled_while_the_pull_request_is_open_it_is_said_to_be_left(by_pull):
    world = by_pull
    await world.until(StepName.BUMP)
    world.clock.then(world.clock.passed + 60, world.leave)
    with pytest.raises(Left):
        await world.step(StepName.BUMP)

    run = await world.cancelled()
    assert (
        run.live == "Nothing was handed to a store. Pull request #1, which raises the version, is left open."
    )
