"""What ``pawdeploy check`` finds. A word shared by everything that checks; knows nobody."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing that was looked at; ``said`` ends, when it is not ok, with what to do."""

    ok: bool
    name: str
    said: str
