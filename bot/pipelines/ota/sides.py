"""What is known of one platform when an update is to be proved: its build, fingerprint, runtime, changes."""

from bot.engine.app_config import changed_besides_version
from bot.engine.mobile import AppPlatform, Build
from bot.engine.native import NOTHING_KNOWN, Changes, Side, changes
from bot.engine.native_packages import PackageChange, dependencies
from bot.engine.runtimes import runtime_at
from bot.errors import VendorRejected
from bot.pipelines.ota.fingerprints import Prints
from bot.pipelines.ota.ground import Ground
from bot.pipelines.ota.meant import text_at
from bot.pipelines.step import Step


async def side(step: Step, here: Ground, platform: AppPlatform, build: Build | None, prints: Prints) -> Side:
    """Gather what is known of ``platform``; what lies between is looked at where fingerprints don't agree."""
    if build is None:
        return Side(platform=platform, build=None)
    fingerprint = prints.get(platform, "")
    config = await text_at(step, here, here.config.config, step.run.sha)
    runtime = runtime_at(config, fingerprint, build) if config else ""
    proved = bool(fingerprint) and fingerprint == build.fingerprint
    return Side(
        platform=platform,
        build=build,
        fingerprint=fingerprint,
        runtime=runtime,
        changes=NOTHING_KNOWN if proved else await _changes(step, here, build, config),
    )


async def _changes(step: Step, here: Ground, build: Build, config: str | None) -> Changes:
    if not build.sha:
        return NOTHING_KNOWN
    repository = here.app.repository
    try:
        seen = await step.ask(lambda: step.kit.repository.compare(repository, build.sha, step.run.sha))
    except VendorRejected:
        return NOTHING_KNOWN  # a commit that is gone, by a history written anew
    package, path = None, _beside(here.config.config, "package.json")
    if path in seen.files:
        package = await _package(step, here, path, build.sha)
    altered: bool | None = None
    if here.config.config in seen.files:
        before = await text_at(step, here, here.config.config, build.sha)
        if before is not None and config is not None:
            altered = changed_besides_version(before, config)
    return changes(seen, package=package, config=altered)


async def _package(step: Step, here: Ground, path: str, base: str) -> PackageChange | None:
    before, after = await text_at(step, here, path, base), await text_at(step, here, path, step.run.sha)
    was = dependencies(before) if before is not None else None
    now = dependencies(after) if after is not None else None
    return None if was is None or now is None else PackageChange(before=was, after=now)


def _beside(path: str, name: str) -> str:
    folder = path.rpartition("/")[0]
    return f"{folder}/{name}" if folder else name
