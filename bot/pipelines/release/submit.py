"""Hand the builds to the stores, once."""

from bot.pipelines.step import Step


async def resolve(step: Step) -> str:
    """Say which builds are meant; for a release that builds, which commit."""
    raise NotImplementedError(step.name)


async def submit(step: Step) -> str:
    """Hand them over."""
    raise NotImplementedError(step.name)
