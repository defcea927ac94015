"""The version in an app's config, raised without touching anything else. Pure; what is unsure is refused."""

import re
from dataclasses import dataclass

from bot.engine.release import Part

_VERSION = re.compile(r"""^(\s*)(["']?)version\2(\s*:\s*)(["'])(\d+)\.(\d+)\.(\d+)\4""", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Raised:
    """The config with its version raised."""

    old: str
    new: str
    text: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """It cannot be edited safely: where, why, and what to do."""

    line: int
    problem: str
    advice: str


def raise_version(text: str, part: Part) -> Raised | Unreadable:
    """Return the config with ``part`` of its version raised."""
    found = list(_VERSION.finditer(text))
    if len(found) != 1:
        problem = "the version is not written there once, as three numbers in quotes"
        return Unreadable(1, problem, 'Write version: "1.2.3" once, or raise it yourself.')
    one = found[0]
    major, minor, patch = (int(one[at]) for at in (5, 6, 7))
    new = {
        Part.MAJOR: f"{major + 1}.0.0",
        Part.MINOR: f"{major}.{minor + 1}.0",
        Part.PATCH: f"{major}.{minor}.{patch + 1}",
    }[part]
    return Raised(f"{major}.{minor}.{patch}", new, f"{text[: one.start(5)]}{new}{text[one.end(7) :]}")
