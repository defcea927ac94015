"""Ask Sentry how many sessions of an app's releases did not crash: a signal that decides nothing."""

import re
from collections.abc import Collection, Mapping

import structlog

from bot import apps
from bot.engine.crash_free import CrashFree
from bot.engine.mobile import BOTH, AppPlatform
from bot.engine.release import ReleaseFacts
from bot.errors import VendorError
from bot.pipelines.needs import Kit

log = structlog.get_logger(__name__)

_BUILD = re.compile(r"(?P<version>\S+) \((?P<number>\S+)\)")
"""A build as ``UpdateFacts.builds`` names it: ``1.4.0 (57)``."""


def named(app: apps.App, platform: AppPlatform, version: str, number: str) -> str:
    """Return how the app's SDK names a release, ``app.pawlogic@1.4.0+57``; empty where that is not known.

    (https://docs.sentry.io/platforms/react-native/configuration/releases/)
    """
    package = app.stores.called(platform) if app.stores else ""
    return f"{package}@{version}{f'+{number}' if number else ''}" if package and version else ""


def of_builds(app: apps.App, facts: ReleaseFacts, platforms: Collection[AppPlatform]) -> tuple[str, ...]:
    """Return the names of a release's builds for some platforms, once each, in one order."""
    there = [facts.builds[one] for one in BOTH if one in platforms and one in facts.builds]
    names = [named(app, one.platform, one.version or facts.version, one.number) for one in there]
    return tuple(dict.fromkeys(name for name in names if name))


def names_of(app: apps.App, builds: Mapping[AppPlatform, str]) -> tuple[str, ...]:
    """Return the names of releases, once each; ``builds``: version and number, ``1.4.0 (57)``."""
    found = {one: _BUILD.fullmatch(builds.get(one, "")) for one in BOTH}
    names = [named(app, one, is_["version"], is_["number"]) for one, is_ in found.items() if is_]
    return tuple(dict.fromkeys(name for name in names if name))


async def crash_free(
    kit: Kit, app: apps.App, environment: str, names: tuple[str, ...]
) -> tuple[CrashFree, ...] | None:
    """Return what Sentry has of these releases; None where it cannot be asked now."""
    if kit.errors is None or not app.sentry_project:
        return ()
    found = []
    try:
        for name in names:
            found.append(await kit.errors.crash_free(app.sentry_project, environment, release=name))
    except VendorError as error:
        log.warning("how stable a release is was not read", app=app.name, trouble=str(error))
        return None
    return tuple(one for one in found if one is not None)
