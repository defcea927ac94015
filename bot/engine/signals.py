"""Decide whether the testing agent lets a commit ship. Pure: knows verdicts, not how they came here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Verdict(StrEnum):
    """How a suite ended."""

    PASSED = "passed"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Signal:
    """The newest word about one suite on one commit. ``at`` is aware UTC, the sender's clock."""

    sha: str
    suite: str
    """As the testing agent names it."""
    verdict: Verdict
    url: str
    """Where the results are; may be empty."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Passed:
    """Every required suite has; none required counts as that."""


@dataclass(frozen=True, slots=True)
class Missing:
    """Nothing was heard of these suites, and nothing bad of the others."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Failed:
    """These required suites failed."""

    signals: tuple[Signal, ...]


def newest(signals: tuple[Signal, ...]) -> dict[str, Signal]:
    """Return the last word on each suite; of two of the same second the bad one, for a no is always safe."""
    ordered = sorted(signals, key=lambda signal: (signal.at, signal.verdict is Verdict.FAILED))
    return {signal.suite: signal for signal in ordered}


def decide_signals(required: tuple[str, ...], verdicts: Mapping[str, Signal]) -> Passed | Missing | Failed:
    """Judge ``verdicts``, by suite and of one commit; suites that are not required count for nothing."""
    heard = [verdicts[name] for name in required if name in verdicts]
    if failed := tuple(signal for signal in heard if signal.verdict is Verdict.FAILED):
        return Failed(failed)
    if missing := tuple(name for name in required if name not in verdicts):
        return Missing(missing)
    return Passed()
