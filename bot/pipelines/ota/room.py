"""Make room for a way back: whoever asks for one finds that nothing rolls forward any more."""

from bot.engine.reasons import Reason
from bot.engine.states import RunKind, RunState
from bot.errors import StepFailed
from bot.pipelines.step import Step


async def make_room(step: Step, percent: int) -> None:
    """Before more people get it: wait while people are asked whether it goes back; end when it does.

    Raises:
        StepFailed: ``overtaken``, for a way back that stands in line.

    """
    while True:
        await end_for_a_way_back(step, percent)
        asked = await _asked(step)
        if asked is None:
            return
        await step.say(f"{percent} %; goes no further while run {asked} asks to take it back")
        await step.pause(step.kit.project.timings.poll)


async def end_for_a_way_back(step: Step, percent: int) -> None:
    """Leave the place to a way back that stands in line.

    Raises:
        StepFailed: ``overtaken``, then.

    """
    await step.stop_if_cancelled()
    back = await step.kit.reader.rollback_in_line(step.run)
    if back is not None:
        msg = f"Run {back} takes it back. It had reached {percent} % of people, and goes no further."
        raise StepFailed(Reason.OVERTAKEN, msg)


async def _asked(step: Step) -> int | None:
    lane = await step.kit.reader.lane(step.run.service, step.run.environment)
    backs = (one for one in lane if one.kind is RunKind.UPDATE_BACK and one.state is RunState.PREPARING)
    return next((one.id for one in backs), None)
