"""Decide whether CI lets a commit ship. Pure: facts gathered by the caller.

Order of the gate: a red required check refuses; a missing or unfinished one waits; no evidence at all
refuses, because "nothing failed" is not "something passed".
"""

from dataclasses import dataclass
from enum import StrEnum


class CheckState(StrEnum):
    """How one check ended, if it has."""

    PASSED = "passed"
    NEUTRAL = "neutral"
    """Neutral or skipped: ran, or chose not to, and says nothing either way."""
    FAILED = "failed"
    PENDING = "pending"


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """The newest result under one name."""

    name: str
    state: CheckState
    said: str
    """The vendor's own word: ``success``, ``timed_out``, ``startup_failure``..."""
    url: str = ""
    fatal: bool = False
    """Counts even where only named checks are required: CI itself is broken (``startup_failure``)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckReport:
    """Everything GitHub knows of one commit's checks."""

    checks: tuple[Check, ...]
    source: str = "check runs"
    """Where they were read: ``check runs``, or ``workflow runs`` when the token may not read checks."""


@dataclass(frozen=True, slots=True)
class Green:
    """Every check that counts has passed."""

    passed: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Pending:
    """Not decided yet: these are running, those have not reported."""

    running: tuple[Check, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Red:
    """At least one check that counts has failed."""

    failed: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class NoEvidence:
    """Nothing has reported on this commit."""


Verdict = Green | Pending | Red | NoEvidence


def decide(report: CheckReport, required: tuple[str, ...]) -> Verdict:
    """Judge ``report``; with ``required`` empty every check on the commit counts."""
    counting = tuple(
        check for check in report.checks if not required or check.fatal or check.name in required
    )
    if failed := tuple(check for check in counting if check.state is CheckState.FAILED):
        return Red(failed)
    seen = {check.name for check in counting}
    missing = tuple(name for name in required if name not in seen)
    running = tuple(check for check in counting if check.state is CheckState.PENDING)
    if running or (missing and report.checks):
        return Pending(running, missing)
    passed = tuple(check for check in counting if check.state is CheckState.PASSED)
    if not passed:
        return NoEvidence()
    return Green(passed)
