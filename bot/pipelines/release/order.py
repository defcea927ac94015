"""Tell the stores to halt or to go on."""

from bot.pipelines.step import Step


async def resolve(step: Step) -> str:
    """Say what is going out there now."""
    raise NotImplementedError(step.name)


async def order(step: Step) -> str:
    """Tell them, and see that it is so."""
    raise NotImplementedError(step.name)
