"""What is published is taken up again as it was published, whatever the branch or the file say by then."""

import pytest

from bot.db.session import open_database
from bot.engine.mobile import marked
from bot.engine.reasons import Reason
from bot.engine.states import RunState, StepName, StepState
from tests.bot.pipelines._world import BEN, CLEO, SHA
from tests.bot.pipelines.ota._world import OtaWorld, app_project
from tests.sqlite import fresh_sqlite

S = StepName
OTHER = "b2c3d4e" + "0" * 33


@pytest.fixture
async def guarded(tmp_path):
    database = await open_database(fresh_sqlite(tmp_path))
    world = OtaWorld(database, app_project(guarded=True))
    world.repository.in_main.add(OTHER)
    yield world
    await database.close()


async def agreed(world):
    """Play up to the end with everybody's word; people are there whenever they are asked."""

    async def agree():
        await world.post()
        run = await world.now()
        if run.asking is not None and run.step(S.CONSENT).state is StepState.RUNNING:
            for user in (BEN, CLEO):
                await world.voices.approve(run.id, run.asking.binding, user)

    after = world.clock.passed
    for second in range(400):
        world.clock.then(after + second, agree)
    run = await world.go()
    while run.state is RunState.PREPARING:  # it asks again
        run = await world.go()
    return run


async def held_too_long(world):
    """An update that is with ten percent of people, and nobody said to go on."""
    world.errors.silent = True
    await world.wanted()
    run = await agreed(world)
    assert (run.state, run.reason) == (RunState.FAILED, Reason.EXPIRED), run.detail
    return run


async def test_a_branch_that_moved_since_does_not_make_it_another_update(guarded):
    before = await held_too_long(guarded)
    groups = (await guarded.facts()).groups
    guarded.repository.heads["main"] = OTHER
    guarded.errors.silent = False
    await guarded.retry()

    run = await agreed(guarded)

    assert (run.sha, run.deployment_id) == (SHA, before.deployment_id)
    assert (await guarded.facts()).groups == groups
    assert guarded.what_people_get() == marked("Fix the feeding plan", run.id)
    assert run.state is not RunState.SUCCEEDED or (await guarded.facts()).percent == 100
    assert len(guarded.workflows.updates) == 1


async def test_a_changed_project_file_asks_people_anew_and_forgets_nothing_of_what_is_out(guarded):
    await held_too_long(guarded)
    groups = (await guarded.facts()).groups
    await guarded.retry()
    guarded = guarded.born_again(app_project(guarded=True, stages=(10, 100)))

    run = await agreed(guarded)

    assert run.state is not RunState.SUCCEEDED
    assert (await guarded.facts()).groups == groups
    assert len(guarded.workflows.updates) == 1
