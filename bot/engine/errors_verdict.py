"""What a watch can say. Plain values only: a verdict is stored with its run and drawn later.

Knows no statistics and no Sentry.
"""

import json
from dataclasses import asdict, dataclass
from typing import Literal, assert_never


@dataclass(frozen=True, kw_only=True, slots=True)
class Numbers:
    """What was compared. Rates are errors a minute."""

    errors_before: float
    errors_after: float
    seconds_before: float
    seconds_after: float
    rate_before: float
    rate_after: float
    ratio: float | None
    """After against what was usual of so many people; ``None`` where there was not one error before."""
    p: float
    """The chance of so many errors or more had nothing changed."""
    limit: float
    """``p`` must not be above this at this look."""
    dispersion: float
    """1 for independent errors; 3 where they came as if in bursts of three. Counts were divided by it."""
    most_before: float
    """The most errors in any stretch before as long as the time after."""
    share: float = 1.0
    """Of all people, those whose errors were counted after; before, everybody's were."""

    @property
    def usual(self) -> float:
        """Errors a minute of so many people, had nothing changed."""
        return self.rate_before * self.share


@dataclass(frozen=True, kw_only=True, slots=True)
class Jump:
    """The smallest rise that would have been called a regression four times out of five."""

    rate: float
    """Errors a minute after the deploy."""
    fold: float | None
    """The same as a multiple of what was usual; ``None`` where there was not one error before."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Regressed:
    """It got worse: roll back, at whichever look this is said."""

    evidence: tuple[str, ...]
    look: int
    numbers: Numbers | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Ok:
    """Nothing got worse that this watch could have seen. Said at the last look only."""

    evidence: tuple[str, ...]
    look: int
    numbers: Numbers
    smallest: Jump


@dataclass(frozen=True, kw_only=True, slots=True)
class Inconclusive:
    """Neither; a person decides. Said at the last look only. ``why`` is one sentence."""

    why: str
    evidence: tuple[str, ...]
    look: int
    numbers: Numbers | None
    smallest: Jump | None


@dataclass(frozen=True, kw_only=True, slots=True)
class KeepWatching:
    """Not the last look, and nothing to stop for."""

    evidence: tuple[str, ...]
    look: int
    numbers: Numbers | None


Verdict = Regressed | Ok | Inconclusive | KeepWatching
Kind = Literal["regressed", "ok", "inconclusive", "keep_watching"]


def kind(verdict: Verdict) -> Kind:
    """Name a verdict, for storage, metrics and pictures."""
    match verdict:
        case Regressed():
            return "regressed"
        case Ok():
            return "ok"
        case Inconclusive():
            return "inconclusive"
        case KeepWatching():
            return "keep_watching"
    assert_never(verdict)


def encode(verdict: Verdict) -> str:
    """Write ``verdict`` as JSON."""
    return json.dumps({"kind": kind(verdict), **asdict(verdict)})


def decode(stored: str) -> Verdict:
    """Read back what ``encode`` wrote; ``ValueError``, ``KeyError`` or ``TypeError`` for anything else."""
    fields = json.loads(stored)
    named = fields.pop("kind")
    fields["evidence"] = tuple(fields["evidence"])
    if fields["numbers"] is not None:
        fields["numbers"] = Numbers(**fields["numbers"])
    if fields.get("smallest") is not None:
        fields["smallest"] = Jump(**fields["smallest"])
    shapes: dict[str, type[Regressed | Ok | Inconclusive | KeepWatching]] = {
        "regressed": Regressed, "ok": Ok, "inconclusive": Inconclusive, "keep_watching": KeepWatching,
    }  # fmt: skip
    return shapes[named](**fields)
