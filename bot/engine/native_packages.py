"""Tell which changed dependencies of a ``package.json`` hold native code: surely, or perhaps. Pure.

Surely means: the package is known to hold some, and it came, went, or can no longer be the version it was.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

KNOWN = frozenset(
    {
        "expo",
        "react-native",
        "expo-av",
        "expo-camera",
        "expo-image",
        "expo-location",
        "expo-notifications",
        "expo-secure-store",
        "expo-sqlite",
        "expo-updates",
        "react-native-gesture-handler",
        "react-native-maps",
        "react-native-mmkv",
        "react-native-reanimated",
        "react-native-safe-area-context",
        "react-native-screens",
        "react-native-svg",
        "react-native-webview",
        "react-native-worklets",
        "@react-native-async-storage/async-storage",
        "@react-native-community/netinfo",
        "@sentry/react-native",
        "@shopify/react-native-skia",
    }
)
"""Packages that hold native code in every version an app of today could have."""
_LOOKS = re.compile(r"(@[\w.-]+/)?(expo|react-native)(-[\w.-]*)?|@(react-native|expo)[\w-]*/.+")
_VERSION = re.compile(r"([~^]?)v?(\d{1,9})\.(\d{1,9})\.(\d{1,9})(-[0-9A-Za-z.-]+)?")


@dataclass(frozen=True, kw_only=True, slots=True)
class PackageChange:
    """``dependencies`` before and after: what is asked for, by package."""

    before: Mapping[str, str]
    after: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Packages:
    """Changed packages, each with how it changed, in a few words."""

    native: tuple[str, ...] = ()
    maybe: tuple[str, ...] = ()


def dependencies(text: str) -> dict[str, str] | None:
    """Return ``dependencies`` of a ``package.json``; None when it is none that can be read."""
    try:
        read = json.loads(text)
    except ValueError:
        return None
    found = read.get("dependencies", {}) if isinstance(read, dict) else None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        return None
    return {str(name): str(value) for name, value in found.items()}


def judge(change: PackageChange | None, modules: frozenset[str] = frozenset()) -> Packages:
    """Sort what changed; ``modules`` are packages known to hold native code, besides ``KNOWN``."""
    if change is None:
        return Packages()
    native: list[str] = []
    maybe: list[str] = []
    for name in sorted(change.before.keys() | change.after.keys()):
        old, new = change.before.get(name), change.after.get(name)
        if old == new:
            continue
        known = name in KNOWN or name in modules
        if known and (old is None or new is None or apart(old, new)):
            native.append(_told(name, old, new))
        elif known or looks_native(name):
            maybe.append(_told(name, old, new))
    return Packages(tuple(native), tuple(maybe))


def looks_native(name: str) -> bool:
    """Say whether a package is named as those are that hold native code; many of them hold none."""
    return _LOOKS.fullmatch(name) is not None


def apart(one: str, other: str) -> bool:
    """Say whether two version ranges surely have no version in common; False where one cannot be read."""
    first, second = _range(one), _range(other)
    if first is None or second is None:
        return False
    return first[1] <= second[0] or second[1] <= first[0]


Numbers = tuple[int, int, int]


def _range(asked: str) -> tuple[Numbers, Numbers] | None:
    """Return the first version of ``1.2.3``, ``~1.2.3`` or ``^1.2.3``, and the first beyond it.

    None for all else: tags, addresses, wider ranges, and versions before a release, which sort otherwise.
    (https://github.com/npm/node-semver#ranges)
    """
    found = _VERSION.fullmatch(asked.strip())
    if found is None or found[5]:
        return None
    major, minor, patch = int(found[2]), int(found[3]), int(found[4])
    low = (major, minor, patch)
    if found[1] == "" or (found[1] == "^" and not (major or minor)):
        return low, (major, minor, patch + 1)
    if found[1] == "~" or not major:
        return low, (major, minor + 1, 0)
    return low, (major + 1, 0, 0)


def _told(name: str, old: str | None, new: str | None) -> str:
    if old is None:
        return f"{name} (new)"
    return f"{name} (gone)" if new is None else f"{name} ({old} → {new})"
