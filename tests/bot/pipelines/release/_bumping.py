"""What tests of a version that is raised share: the commits that raise it, how a run was stopped there."""

from bot.engine.states import RunState, StepName


def bumps(world) -> list[str]:
    return [title for _, title, _ in world.repository.history if title.startswith("Release ")]


async def stopped(world, reason, state=RunState.REFUSED) -> str:
    assert await world.step(StepName.BUMP) == "stopped"
    run = await world.now()
    assert (run.state, run.reason) == (state, reason), run.detail
    assert run.not_done == "Nothing was handed to a store."
    return run.detail
