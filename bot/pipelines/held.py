"""Stop a run at a lock or a freeze."""

from bot.errors import StepFailed
from bot.pipelines.step import Step


async def refuse_if_held(step: Step) -> None:
    """Stop at a lock or a freeze; an emergency passes a freeze."""
    run = step.run
    stops = await step.kit.holds.blocking(
        run.service, run.environment, run.requested_by, emergency=bool(run.emergency)
    )
    if refusal := step.kit.holds.refusal(stops):
        raise StepFailed(*refusal)
