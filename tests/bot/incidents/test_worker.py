"""Jobs: each once, none stops or outwaits another, what does not go well is said in the end."""

import asyncio

import pytest
from structlog.testing import capture_logs

from bot.engine.incidents import Mark, Status
from bot.errors import VendorRejected, VendorUnavailable
from tests.bot.incidents._asked import ending, said, step
from tests.bot.incidents._world import ANN, BEN


@pytest.fixture
def logged():
    """What is logged, instead of being written somewhere."""
    with capture_logs() as lines:
        yield lines


async def acting(world):
    await world.open()
    await world.work()
    await world.desk.choose(1, "which", "code", ANN)
    await world.desk.act(1, "rollback", ANN)


async def test_who_does_not_lead_does_nothing(world):
    await acting(world)
    world.leading = False
    assert await world.worker.step() == 0
    assert world.runs.keys == []
    world.leading = True
    assert await world.worker.step() > 0
    assert world.runs.keys == ["incident:1:rollback:1"]


async def test_a_job_waits_for_a_vendor_that_is_away_as_long_as_it_asks(world):
    await acting(world)
    world.runs.before["rollback"] = [
        VendorUnavailable("GitHub", "asking", status=429, retry_after=20.0),
        VendorUnavailable("GitHub", "asking", status=500),
    ]
    await world.work()
    assert (await step(world, "rollback")).mark is Mark.RUNNING
    await world.later(19)
    assert world.runs.calls == ["rollback"]
    await world.later(1)
    assert world.runs.calls == ["rollback"] * 2
    await world.later(2)
    assert (await step(world, "rollback")).run == 1


async def test_an_answer_that_was_lost_starts_nothing_twice(world):
    await acting(world)
    world.runs.after["rollback"] = [VendorUnavailable("GitHub", "asking")]
    await world.work()
    await world.later(1)
    assert set(world.runs.keys) == {"incident:1:rollback:1"}
    assert len(await world.kit.history.history(None, limit=10)) == 1
    assert (await step(world, "rollback")).run == 1


async def test_what_a_vendor_refuses_failed_and_is_said_on_the_step(world):
    await acting(world)
    world.runs.before["rollback"] = [VendorRejected("GitHub", "asking", status=403, detail="No access")]
    await world.work()
    found = await step(world, "rollback")
    assert found.mark is Mark.FAILED
    assert "No access" in found.trouble
    await world.desk.act(1, "rollback", BEN)
    await world.work()
    assert (await step(world, "rollback")).run == 1


async def test_a_vendor_that_stays_away_is_given_up_after_some_twenty_minutes(world):
    await acting(world)
    world.runs.before["rollback"] = [VendorUnavailable("GitHub", "asking")] * 100
    began = world.clock.passed
    while (await step(world, "rollback")).mark is Mark.RUNNING:
        await world.later(60)
        assert world.clock.passed - began < 3_600
    assert 600 < world.clock.passed - began < 2_400
    assert "GitHub" in (await step(world, "rollback")).trouble


async def test_a_mistake_of_ours_in_one_job_stops_no_other_and_is_tried_a_few_times(world, logged):
    await acting(world)
    world.runs.before["rollback"] = [RuntimeError("a mistake")] * 100
    await world.desk.tell(1, "orchestrator", ANN, "all is well")

    await world.work()

    assert (await step(world, "orchestrator")).mark is Mark.DONE
    assert world.runs.calls == ["rollback"], "not again at once"
    for wait in (1, 2, 4, 8, 16, 32):
        await world.later(wait)
    found = await step(world, "rollback")
    assert (found.mark, found.trouble) == (Mark.FAILED, "a mistake of pawdeploy's, and it is in the log")
    assert len(world.runs.calls) == 7
    assert sum(line["log_level"] == "error" for line in logged) == 7


async def test_a_look_that_fails_by_a_mistake_is_unknown_in_the_end_and_taken_again(world, logged):
    await world.open()
    look = world.looker.look

    async def broken(probe, place, *, since):
        if probe.kind == "railway":
            raise RuntimeError("a mistake")
        return await look(probe, place, since=since)

    world.looker.look = broken
    await world.work()
    for wait in (1, 2, 4, 8, 16, 32):
        await world.later(wait)
    found = await step(world, "railway")
    assert (found.finding.status, found.looking) == (Status.UNKNOWN, False)
    world.looker.look = look
    await world.later(61)
    assert (await step(world, "railway")).finding.status is Status.OK


async def test_a_report_that_cannot_be_written_is_said_in_the_thread(world, logged):
    await world.open()
    await world.work()

    async def broken(*_):
        raise RuntimeError("a mistake")

    world.kit.reports.keep = broken
    await world.desk.resolve(1, ending())
    await world.work()
    for wait in (1, 2, 4, 8, 16, 32):
        await world.later(wait)
    assert [one.text for one in await said(world, "note")] == [
        "The report was not written: a mistake of pawdeploy's, and it is in the log"
    ]


async def test_what_is_pressed_starts_while_a_look_still_waits(world):
    await world.open()
    hangs, go_on = asyncio.Event(), asyncio.Event()
    look = world.looker.look

    async def hanging(probe, place, *, since):
        if probe.kind == "health":
            hangs.set()
            await go_on.wait()
        return await look(probe, place, since=since)

    world.looker.look = hanging
    async with asyncio.timeout(30):
        turning = asyncio.create_task(turns(world))
        await hangs.wait()
        await world.desk.choose(1, "which", "code", ANN)
        await world.desk.act(1, "rollback", ANN)
        world.worker.tell()
        await becomes(world, "rollback", lambda found: found.run is not None)
        assert (await step(world, "components")).looking
        assert world.looker.asked.count("health") == 0
        go_on.set()
        await becomes(world, "components", lambda found: not found.looking)
    turning.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turning


async def test_an_end_of_life_leaves_what_is_under_way_to_the_next(world):
    await world.open()
    hangs, look = asyncio.Event(), world.looker.look

    async def hanging(probe, place, *, since):
        hangs.set()
        await asyncio.Event().wait()

    world.looker.look = hanging
    turning = asyncio.create_task(turns(world))
    async with asyncio.timeout(30):
        await hangs.wait()
    turning.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turning
    assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("incident job")]

    world.looker.look = look
    world.reborn()
    await world.work()
    assert (await step(world, "components")).finding is not None


async def becomes(world, key, wanted):
    while not wanted(await step(world, key)):  # noqa: ASYNC110 - reading is what lets others go on
        await asyncio.sleep(0)


async def turns(world):
    while True:
        await world.worker.turn()


async def test_a_job_of_an_incident_nobody_has_is_dropped(world):
    await acting(world)
    (job,) = [one for one in await world.jobs.due(world.now()) if one.kind == "start"]
    world.kit.store.sheet = nobody
    await world.work()
    assert world.runs.keys == []
    assert job.id not in [one.id for one in await world.jobs.due(world.now())]


async def nobody(_):
    return None


async def test_old_jobs_are_forgotten_and_what_is_to_be_done_is_not(world):
    await world.open()
    await world.work()
    due = await world.jobs.next_due()
    await world.clock.sleep(8 * 86_400)
    await world.keeper.tidy()
    assert await world.jobs.next_due() == due
    await world.work()
    assert (await step(world, "railway")).found_at == world.now()
