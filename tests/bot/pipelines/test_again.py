"""What people agreed to no longer holds: it is said by its name, and they are asked again from nothing."""

import pytest

from bot.db.session import open_database
from bot.engine.states import RunState, StepName, StepState
from bot.errors import AskAgain, VendorRejected, VendorUnavailable
from bot.pipelines.again import ask_again, what_moved
from bot.pipelines.step import Step
from tests.bot.pipelines._asking import AskingWorld, asking_project
from tests.bot.pipelines._world import BEN, CLEO, SHA
from tests.sqlite import fresh_sqlite

OTHER = "b2c3d4e" + "0" * 33


@pytest.fixture
async def world(tmp_path):
    database = await open_database(fresh_sqlite(tmp_path))
    made = AskingWorld(database, asking_project())
    made.repository.in_main.add(OTHER)
    yield made
    await database.close()


async def moved(world) -> str:
    return await what_moved(Step(world.kit, await world.now(), StepName.CONSENT))


async def approved_in_line(world):
    run = await world.asked()
    for user in (BEN, CLEO):
        await world.voices.approve(run.id, run.asking.binding, user)
    await world.get_in_line()
    return run


async def notes(world) -> list[str]:
    return [post.body for post in await world.kit.posts.due() if post.kind == "note"]


async def test_nothing_moved_is_nothing_to_say(world):
    await world.asked()
    assert await moved(world) == ""


async def test_a_branch_that_names_another_commit_is_named_with_both(world):
    await world.asked()
    world.repository.heads["main"] = OTHER
    assert await moved(world) == f"main moved from {SHA[:7]} to {OTHER[:7]}"


async def test_a_branch_that_is_gone_is_said_to_be(world):
    await world.asked()
    world.repository.before["resolve"] = [VendorRejected("GitHub", "reading a ref", status=404)]
    assert await moved(world) == "main is gone"


async def test_github_away_is_not_taken_for_nothing_moved(world):
    await world.asked()
    world.repository.before["resolve"] = [VendorUnavailable("GitHub", "reading a ref")]
    with pytest.raises(VendorUnavailable):
        await moved(world)


async def test_a_commit_asked_for_by_its_whole_name_does_not_move(world):
    await world.asked()
    await world.runs.set(world.run_id, ref=SHA)
    world.repository.heads["main"] = OTHER
    assert await moved(world) == ""


async def test_a_changed_project_file_is_said_by_its_name(world):
    await world.asked()
    world = world.born_again(asking_project(quorum=1))
    assert await moved(world) == "pawdeploy.toml changed since people were asked"


async def test_a_ref_that_moved_in_line_starts_over_with_no_voice_and_ships_nothing(world):
    run = await approved_in_line(world)
    world.repository.heads["main"] = OTHER
    assert await world.step(StepName.LINE) == "again"
    after = await world.now()
    assert (after.state, after.attempt, after.sha, after.asking) == (RunState.PREPARING, 2, "", None)
    assert after.step(StepName.RESOLVE).state is StepState.TODO
    (told,) = await notes(world)
    assert told.startswith(f"This run asks again: main moved from {SHA[:7]} to {OTHER[:7]}.")
    assert told.endswith("Approvals given before no longer count.")
    await world.until_consent()
    assert (await world.now()).sha == OTHER
    assert run.asking.binding != ""
    assert world.vendor.calls.count("start") == 0


async def test_an_approval_withdrawn_in_line_waits_again_and_keeps_the_others(world):
    run = await approved_in_line(world)
    await world.voices.withdraw(run.id, run.asking.binding, BEN)
    assert await world.step(StepName.LINE) == "again"
    after = await world.now()
    assert (after.state, after.sha, after.asking.binding) == (RunState.PREPARING, SHA, run.asking.binding)
    assert [vote.user for vote in after.asking.votes if vote.voice == "approve"] == [CLEO]
    assert await notes(world) == ["This run waits for approvals again: an approval was withdrawn."]


async def test_a_cancel_in_the_same_moment_wins(world):
    await approved_in_line(world)
    world.repository.heads["main"] = OTHER
    resolve = world.repository.resolve

    async def resolving(repository, ref):
        await world.cancel(world.run_id)
        return await resolve(repository, ref)

    world.repository.resolve = resolving
    assert await world.step(StepName.LINE) == "stopped"
    assert (await world.now()).state is RunState.CANCELLING


async def test_what_was_overridden_for_one_commit_is_not_for_the_next(world):
    await world.asked()
    await world.runs.set(world.run_id, override="the fix cannot wait", override_by=BEN)
    world.repository.heads["main"] = OTHER
    step = Step(world.kit, await world.now(), StepName.CONSENT)
    with pytest.raises(AskAgain):
        await ask_again(step, await what_moved(step))
    run = await world.now()
    assert (run.sha, run.override, run.override_by, run.asking) == ("", "", "", None)
