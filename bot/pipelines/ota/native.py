"""Prove that an update is JavaScript only: by fingerprints, never by hope."""

from bot.pipelines.step import Step


async def native(step: Step) -> str:
    """Go on only with a commit whose native part is that of the builds people have."""
    raise NotImplementedError(step.name)
