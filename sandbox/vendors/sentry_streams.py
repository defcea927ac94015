"""Errors of one update or release at the simulated Sentry: who has it, and whether it crashes there.

Plain numbers by the second, always the same for the same question. Must not know HTTP or issues.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

Tags = Mapping[str, str]
NONE: Tags = {}


def carries(tags: Tags, asked: Tags) -> bool:
    """Say whether ``tags`` have all that is asked for; of one without a value, whatever it says."""
    return all(name in tags and value in ("", tags[name]) for name, value in asked.items())


@dataclass(slots=True)
class Stream:
    """Unhandled errors that carry ``tags``, from ``begin`` until it is calmed."""

    project: str
    environment: str
    tags: Tags
    release: str
    per_minute: float
    begin: datetime
    end: datetime | None = None

    def fits(self, project: str, environment: str, release: str, tags: Tags) -> bool:
        """Say whether its errors are among those asked for; an empty ``release``: of any."""
        return (
            (self.project, self.environment) == (project, environment)
            and release in ("", self.release)
            and carries(self.tags, tags)
        )

    def within(self, first: float, last: float) -> float:
        """Return for how many seconds of ``first`` to ``last`` (since 1970) it lasted."""
        end = last if self.end is None else min(last, self.end.timestamp())
        return max(0.0, end - max(first, self.begin.timestamp()))


@dataclass(frozen=True, slots=True)
class Spread:
    """From ``begin`` on, ``share`` (0 to 1) of a place's people run what sets ``tags``."""

    project: str
    environment: str
    tags: Tags
    share: float
    begin: datetime


class Streams:
    """All of them."""

    def __init__(self) -> None:
        self._streams: list[Stream] = []
        self._spreads: list[Spread] = []

    def start(
        self, project: str, environment: str, tags: Tags, release: str, per_minute: float, at: datetime
    ) -> bool:
        """Have errors come from ``at`` on; False: they came already, and now come at this rate."""
        place, going = (project, environment), [one for one in self._streams if one.end is None]
        known = [one for one in going if (one.project, one.environment) == place and one.tags == tags]
        for one in known:
            one.end = at
        self._streams.append(Stream(project, environment, dict(tags), release, per_minute, at))
        return not known

    def calm(self, tags: Tags, at: datetime) -> None:
        """End all that carry ``tags``, among others."""
        for one in self._streams:
            if one.end is None and tags.items() <= one.tags.items():
                one.end = at

    def spread(self, project: str, environment: str, tags: Tags, share: float, at: datetime) -> None:
        """Have ``share`` of the people run what sets ``tags``, from ``at`` on."""
        self._spreads.append(Spread(project, environment, dict(tags), share, at))

    def heal(self) -> None:
        """Forget every crash."""
        self._streams.clear()

    def shares(self, project: str, environment: str, tags: Tags, begin: int, seconds: int) -> list[float]:
        """Return the part of a place's usual errors that carries ``tags``, by the second."""
        shares = [0.0] * seconds
        for one in self._spreads:  # in the order they were told: a later one replaces an earlier one
            here = (one.project, one.environment) == (project, environment)
            if here and "" in tags.values() and carries(one.tags, tags):
                return [1.0] * seconds  # every bundle of this app has set it, for ever
            if here and one.tags == tags:
                first = max(0, int(one.begin.timestamp()) - begin)
                shares[first:] = [one.share] * (seconds - first) if first < seconds else []
        return shares

    def of(self, project: str, environment: str, release: str, tags: Tags) -> list[Stream]:
        """Return those whose errors are asked for."""
        return [one for one in self._streams if one.fits(project, environment, release, tags)]
