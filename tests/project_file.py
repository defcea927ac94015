"""The repository's own project file, for tests to change: parsed once, as that takes longer than most."""

import copy
import functools
from pathlib import Path

import tomlkit

ROOT = Path(__file__).parents[1]


@functools.cache
def _parsed() -> dict:
    return tomlkit.parse((ROOT / "pawdeploy.toml").read_text("utf-8")).unwrap()


def facts() -> dict:
    """Return what is in it; every caller has a copy of its own."""
    return copy.deepcopy(_parsed())
