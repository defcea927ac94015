"""Take an update back: what is there is looked at, then made gone, once."""

from bot.pipelines.step import Step


async def resolve(step: Step) -> str:
    """Decide, for good, what goes back to what."""
    raise NotImplementedError(step.name)


async def revert(step: Step) -> str:
    """Do it."""
    raise NotImplementedError(step.name)
