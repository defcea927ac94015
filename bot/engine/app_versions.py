"""Which of two versions of an app is the newer one: numbers, never words. Pure."""

import re

from bot.engine.mobile import Build
from bot.engine.stores import StorePhase, StoreVersion

_DIGITS = re.compile(r"\d+")
_VERSION = re.compile(r"v?\d+(\.\d+)*")


def numbers(version: str) -> tuple[int, ...]:
    """Return a version's numbers without zeros at the end: ``1.10`` is ``1.10.0`` and newer than ``1.9``."""
    found = [int(part) for part in _DIGITS.findall(version)]
    while found and found[-1] == 0:
        found.pop()
    return tuple(found)


def same_version(one: str, other: str) -> bool:
    """Say whether two versions are one; what is no version is nobody's."""
    return is_version(one) and is_version(other) and numbers(one) == numbers(other)


def is_version(text: str) -> bool:
    """Say whether somebody means a version: Google Play lets people call a release anything."""
    return _VERSION.fullmatch(text.strip()) is not None


def not_newer(build: Build, there: StoreVersion) -> bool:
    """Say whether ``build`` is as old as ``there`` or older: by version, then by build number.

    What one of them does not tell decides nothing; of one version, a build whose number is not known is not
    newer.
    """
    if is_version(build.version) and is_version(there.version):
        mine, theirs = numbers(build.version), numbers(there.version)
        if mine != theirs:
            return mine < theirs
        if not (build.number and there.number):
            return True
    if _DIGITS.search(build.number) and _DIGITS.search(there.number):
        return numbers(build.number) <= numbers(there.number)
    return False


def live(versions: tuple[StoreVersion, ...]) -> StoreVersion | None:
    """Return the newest version that some people can get."""
    return next((one for one in versions if one.phase is StorePhase.LIVE), None)


def is_of(there: StoreVersion, build: Build) -> bool:
    """Say whether a store's version is what ``build`` became.

    A store that tells the version goes by it, and by the number where both tell one; Google Play calls a
    release as somebody named it, which may be no version at all.
    """
    if there.number and build.number:
        if there.number != build.number:
            return False
        return not is_version(there.version) or same_version(there.version, build.version)
    return same_version(there.version, build.version)
