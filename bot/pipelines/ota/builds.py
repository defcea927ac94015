"""The builds people have: the newest finished one of each platform, or of the runtime an update is for."""

from collections.abc import Mapping
from functools import partial

from bot.engine.mobile import BOTH, AppPlatform, Build, Stage
from bot.engine.ota import UpdateFacts
from bot.engine.reasons import Reason
from bot.errors import StepFailed
from bot.pipelines.ota.ground import Ground
from bot.pipelines.step import Ask

Builds = dict[AppPlatform, Build]


async def newest_builds(ask: Ask, here: Ground) -> Builds:
    """Return the newest finished build of each platform that has one.

    Raises:
        StepFailed: ``no_build`` where there is none: nobody would receive an update.

    """
    found: Builds = {}
    for platform in BOTH:
        built = await ask(partial(_newest, here, platform, ""))
        if built:
            found[platform] = built[0]
    if not found:
        what = f"Expo has no finished build of profile “{here.config.profile}”"
        raise StepFailed(Reason.NO_BUILD, f"{what}: nobody has an app that could receive an update.")
    return found


async def builds_of(ask: Ask, here: Ground, runtimes: Mapping[AppPlatform, str]) -> Builds:
    """Return the newest finished build with each platform's runtime, where there is one; empty: with any."""
    found: Builds = {}
    for platform, runtime in runtimes.items():
        built = await ask(partial(_newest, here, platform, runtime))
        if built:
            found[platform] = built[0]
    return found


async def asked_for(ask: Ask, here: Ground, runtime: str) -> bool:
    """Say whether any finished build asks for a runtime: then people may have it."""
    return bool(await ask(partial(_newest, here, None, runtime)))


async def _newest(here: Ground, platform: AppPlatform | None, runtime: str) -> tuple[Build, ...]:
    return await here.expo.builds(
        here.project,
        platform=platform,
        profile=here.config.profile,
        stage=Stage.FINISHED,
        runtime=runtime,
        limit=1,
    )


def named(build: Build) -> str:
    """Name a build as people know it: ``1.4.0 (57)``."""
    return f"{build.version or 'unknown version'} ({build.number})" if build.number else build.version


def known_of(builds: Builds) -> dict[str, dict[AppPlatform, str]]:
    """Return what an update keeps of builds, by field."""
    return {
        "runtimes": {platform: build.runtime for platform, build in builds.items()},
        "builds": {platform: named(build) for platform, build in builds.items()},
    }


def other_build(known: UpdateFacts, builds: Builds) -> str:
    """Name a build that is not the one an update was proved against; empty when none is."""
    now = known_of(builds)
    if now["runtimes"] == known.runtimes and now["builds"] == known.builds:
        return ""
    for platform, build in builds.items():
        if known.builds.get(platform) != named(build) or known.runtimes.get(platform) != build.runtime:
            return f"{platform.value} {named(build)}, runtime {build.runtime or 'unknown'}"
    return "a build that was there is gone"
