"""Which builds an update is for: the newest finished ones of the runtime that its commit asks for.

A release that is built and not yet live is newer than what people have, and asks for another runtime: an
update for people is neither compared with it nor meant for it.
"""

from bot.engine.runtimes import runtime_at
from bot.errors import VendorRejected
from bot.pipelines.ota.builds import Builds, builds_of
from bot.pipelines.ota.fingerprints import Prints
from bot.pipelines.ota.ground import Ground
from bot.pipelines.step import Step


async def builds_for(step: Step, here: Ground, newest: Builds, prints: Prints) -> Builds:
    """Return, for each platform of ``newest``, the build that the commit's update is for.

    The newest one where the commit's runtime is not known, or where no build asks for it: what is refused
    then names that one.
    """
    config, found = await text_at(step, here, here.config.config, step.run.sha), dict(newest)
    for platform, build in newest.items():
        runtime = runtime_at(config, prints.get(platform, ""), build) if config else ""
        if runtime and runtime != build.runtime:
            found |= await builds_of(step.ask, here, {platform: runtime})
    return found


async def text_at(step: Step, here: Ground, path: str, sha: str) -> str | None:
    """Return a file's text; None when it is not there or no text."""
    try:
        return await step.ask(lambda: step.kit.repository.file_at(here.app.repository, path, sha))
    except VendorRejected:
        return None
