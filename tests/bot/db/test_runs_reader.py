"""What people are shown of runs."""

from bot.engine.runs import InLine
from bot.engine.states import RunState
from tests.bot.db._facts import ANN, BEN, NOON, a_run


async def test_a_run_that_does_not_exist_is_none(reader):
    assert await reader.view(7) is None


async def test_who_waits_is_told_for_whom_and_how_many_are_ahead(runs, reader):
    first = await a_run(runs, "a", state=RunState.RUNNING, by=BEN, line=1)
    await a_run(runs, "b", state=RunState.WAITING, line=2)
    third = await a_run(runs, "c", state=RunState.WAITING, line=3)
    assert (await reader.view(third)).waiting_for == InLine(run_id=first, requested_by=BEN, ahead=2)
    assert (await reader.view(first)).waiting_for is None


async def test_the_line_goes_by_arrival_in_it_not_by_number(runs, reader):
    early = await a_run(runs, "a", state=RunState.WAITING, line=20)
    late = await a_run(runs, "b", state=RunState.WAITING, by=BEN, line=10)
    assert (await reader.view(late)).waiting_for is None
    assert (await reader.view(early)).waiting_for == InLine(run_id=late, requested_by=BEN, ahead=1)


async def test_a_run_that_is_stopping_still_holds_the_line(runs, reader):
    first = await a_run(runs, "a", state=RunState.RUNNING, line=1)
    second = await a_run(runs, "b", state=RunState.WAITING, line=2)
    await runs.move(first, RunState.CANCELLING, at=NOON, actor=ANN)
    assert (await reader.view(second)).waiting_for.run_id == first
    await runs.move(first, RunState.CANCELLED, at=NOON, actor=ANN)
    assert (await reader.view(second)).waiting_for is None


async def test_another_environment_is_another_line(runs, reader):
    await a_run(runs, "a", state=RunState.RUNNING, environment="production", line=1)
    second = await a_run(runs, "b", state=RunState.WAITING, line=2)
    assert (await reader.view(second)).waiting_for is None


async def test_history_is_newest_first_of_one_environment_or_all(runs, reader):
    one = await a_run(runs, "a", state=RunState.SUCCEEDED)
    two = await a_run(runs, "b", environment="production")
    three = await a_run(runs, "c")
    assert [run.id for run in await reader.history(None, limit=2)] == [three, two]
    assert [run.id for run in await reader.history("staging", limit=5)] == [three, one]


async def test_the_lane_holds_what_is_active_oldest_first(runs, reader):
    await a_run(runs, "a", state=RunState.SUCCEEDED)
    two = await a_run(runs, "b", state=RunState.RUNNING)
    three = await a_run(runs, "c")
    await a_run(runs, "d", environment="production")
    assert [run.id for run in await reader.lane("api", "staging")] == [two, three]


async def test_every_run_the_bot_owes_work_is_found(runs, reader):
    made = {state: await a_run(runs, state.value, state=state) for state in RunState}
    active = {RunState.PREPARING, RunState.WAITING, RunState.RUNNING, RunState.CANCELLING}
    assert {start.run_id for start in await reader.active()} == {made[state] for state in active}


async def test_a_newer_run_counts_as_shipped_once_it_has_a_deployment_in_the_same_place(runs, reader):
    first = await a_run(runs, "a", state=RunState.FAILED)
    second = await a_run(runs, "b", state=RunState.RUNNING)
    elsewhere = await a_run(runs, "c", state=RunState.RUNNING, environment="production")
    await runs.set(elsewhere, deployment_id="d9")
    view = await reader.view(first)
    assert await reader.shipped_after(view) is None
    await runs.set(second, deployment_id="d1")
    assert (await reader.shipped_after(view)).id == second
    assert await reader.shipped_after(await reader.view(second)) is None


async def test_a_deployment_is_told_by_its_run_until_that_ended_well(runs, reader):
    run = await a_run(runs, "a", state=RunState.RUNNING)
    await runs.set(run, deployment_id="d1")
    other = await a_run(runs, "b", state=RunState.FAILED, environment="production")
    await runs.set(other, deployment_id="d2")
    assert [await reader.of_deployment(name) for name in ("d1", "d2", "d3")] == [run, other, None]
    await runs.move(run, RunState.SUCCEEDED, at=NOON, actor=ANN)
    assert await reader.of_deployment("d1") is None
