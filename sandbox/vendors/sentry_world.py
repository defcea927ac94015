"""What the simulated Sentry has counted: errors by the second, issues, releases and their deploys.

Errors are made up, yet always the same for the same second; what ran where, and since when, is told by the
simulated Railway. Must not know HTTP. Nothing runs in the background: each look works out what happened.
"""

import hashlib
import math
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from sandbox.faults import Faults
from sandbox.vendors.places import Now
from sandbox.vendors.sentry_issues import ONGOING, RESOLVED, Issue
from sandbox.vendors.sentry_lives import Life
from sandbox.vendors.sentry_streams import NONE, Streams, Tags

KNOB = "sentry.errors"
QUIET, NORMAL = 30.0, 60.0
"""Errors per minute of a place where nothing is wrong, by the knob; many, for a watch is short here."""
SPIKE = 600.0
"""Errors per minute of a deployment that is no good; at least ``FOLD`` times what is usual there."""
FOLD = 8

Lives = Callable[[str, str], Sequence[Life]]
"""Called with a service and an environment: what served there, oldest first."""
VersionOf = Callable[[str, str], str]
"""Called with a service and a SHA: how the service names that release."""


@dataclass(kw_only=True, slots=True)
class Release:
    """A release somebody recorded."""

    version: str
    projects: list[str]
    created_at: datetime
    refs: list[dict[str, str]] = field(default_factory=list)
    url: str | None = None
    deploys: list[dict[str, str | None]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Spike:
    project: str
    environment: str
    begin: datetime
    per_minute: float


class World:
    """One organization's projects. ``projects`` gives each slug's service."""

    def __init__(
        self,
        faults: Faults,
        now: Now,
        projects: Mapping[str, str],
        environments: Sequence[str],
        lives: Lives,
        version_of: VersionOf,
    ) -> None:
        self.now = now
        self.projects = dict(projects)
        self.environments = tuple(environments)
        self.delay = timedelta(seconds=90)
        """How long an event may be on its way; buckets that end later are incomplete."""
        self.per_minute: dict[tuple[str, str], float] = {}
        """Errors a minute by project and environment; without an entry, as the knob says."""
        self.issue_pace = 1
        """Events a second of the issues the knob makes."""
        self.releases: dict[str, Release] = {}
        self.appeared: Callable[[Issue], None] = lambda _: None
        """Called with an issue nobody has heard of yet."""
        self.came_back: Callable[[Issue], None] = lambda _: None
        """Called with an issue whose time in the archive is over."""
        self.streams = Streams()
        """Errors of one update or release."""
        self._issues: list[Issue] = []
        self._spikes: list[_Spike] = []
        self._bad: dict[tuple[str, str], set[str]] = {}
        self._judged: set[tuple[str, str, datetime]] = set()
        self._failing: set[tuple[str, str, datetime]] = set()
        self._lives, self._version_of, self._faults = lives, version_of, faults
        self._mood, self._turned_at = faults.get(KNOB), now()
        faults.subscribe(self._turned)

    def spike(
        self, project: str, environment: str, *, per_minute: float = SPIKE, at: datetime | None = None
    ) -> None:
        """Have a place fail from ``at`` (now) on, for good."""
        self._spikes.append(_Spike(project, environment, at or self.now(), per_minute))

    def add_issue(
        self,
        project: str,
        environment: str,
        release: str,
        title: str,
        *,
        told: bool = False,
        **more: object,
    ) -> Issue:
        """Have an issue appear now; ``more`` are fields of ``Issue``, or ``resolved=True``.

        ``told``: whoever calls tells of it, so ``appeared`` is not called.
        """
        facts: dict[str, object] = {"first_seen": self.now()} | more
        if facts.pop("resolved", False):
            facts["standing"] = RESOLVED
        new = Issue(
            id=1170820242 + len(self._issues),
            project=project,
            environment=environment,
            title=title,
            first_release=release,
            **facts,  # type: ignore[arg-type]  # a test's own words
        )
        self._issues.append(new)
        if not told:
            self.appeared(new)
        return new

    def find(self, issue_id: int) -> Issue | None:
        """Return an issue by its number."""
        return next((one for one in self.issues() if one.id == issue_id), None)

    def live(self, project: str, environment: str) -> str:
        """Return the release that serves there now; empty when none does."""
        lives = self._lives(self.projects[project], environment)
        return self._version_of(self.projects[project], lives[-1].sha) if lives else ""

    def heal(self) -> None:
        """Forget whatever went wrong so far, as if it never had."""
        self._settle()
        self._issues.clear()
        self._spikes.clear()
        self._failing.clear()
        self.streams.heal()
        self._bad.clear()

    def issues(self) -> list[Issue]:
        """Return every issue there is by now, newest first."""
        self._settle()
        now = self.now()
        for issue in self._issues:
            if issue.ends_archive(now):
                issue.standing = ONGOING
                self.came_back(issue)
        seen = [issue for issue in self._issues if issue.first_seen <= now]
        return sorted(seen, key=lambda issue: (issue.first_seen, issue.id), reverse=True)

    def complete_until(self) -> datetime:
        """Return up to when everything has arrived."""
        until = self.now() - self.delay
        return min(until, self._turned_at) if self._mood == "silent" else until

    def counts(
        self, project: str, environment: str, begin: int, seconds: int, release: str, tags: Tags = NONE
    ) -> list[int]:
        """Count errors in each of ``seconds`` from ``begin`` (seconds since 1970); none later than now.

        With ``tags`` those alone that carry them all.
        """
        self._settle()
        base = self.per_minute.get((project, environment), NORMAL if self._mood == "normal" else QUIET)
        rates = [base] * seconds
        service, ran = self.projects[project], [False] * seconds
        for life in self._lives(service, environment):
            failing = (project, environment, life.since) in self._failing
            of_release = self._version_of(service, life.sha) == release
            for at in _within(life.since, life.until, begin, seconds):
                rates[at] = max(SPIKE, FOLD * base) if failing else rates[at]
                ran[at] = of_release
        for spike in self._spikes:
            if (spike.project, spike.environment) == (project, environment):
                for at in _within(spike.begin, None, begin, seconds):
                    rates[at] = spike.per_minute
        if release:
            rates = [rate if on else 0.0 for rate, on in zip(rates, ran, strict=True)]
        where = f"{project}/{environment}"
        if tags:
            shares = self.streams.shares(project, environment, tags, begin, seconds)
            rates = [rate * share for rate, share in zip(rates, shares, strict=True)]
            where += f"/{sorted(tags.items())}"
        own = [0] * seconds
        for issue in self._issues:
            here = (issue.project, issue.environment) == (project, environment) and issue.carries(tags)
            for second, number in issue.by_second(release) if here else ():
                if 0 <= second - begin < seconds:
                    own[second - begin] += number
        for stream in self.streams.of(project, environment, release, tags):
            for at in _within(stream.begin, stream.end, begin, seconds):
                own[at] += _drawn(f"{stream.tags}", begin + at, stream.per_minute)
        over = max(0, min(seconds, math.ceil(self.now().timestamp()) - begin))
        return [own[at] + _drawn(where, begin + at, rates[at]) for at in range(over)] + [0] * (seconds - over)

    def _turned(self, name: str, value: str) -> None:
        if name == KNOB:
            self._settle()  # what went live before the turn keeps the fate it had
            self._mood, self._turned_at = value, self.now()

    def _settle(self) -> None:
        """Judge what has gone live since the knob was turned: a commit that is back is no new one."""
        if self._mood not in ("spike after deploy", "new issue after deploy"):
            return
        for project, service in self.projects.items():
            for environment in self.environments:
                before: set[str] = set()
                for life in self._lives(service, environment):
                    bad = self._bad.setdefault((project, environment), set())
                    if life.since >= self._turned_at and (life.sha not in before or life.sha in bad):
                        bad.add(life.sha)
                        self._hurt(project, environment, life)
                    before.add(life.sha)

    def _hurt(self, project: str, environment: str, life: Life) -> None:
        key = (project, environment, life.since)
        if key in self._judged:
            return
        if self._mood == "spike after deploy":
            self._failing.add(key)
        else:
            version = self._version_of(self.projects[project], life.sha)
            seen = life.since + timedelta(seconds=1)
            self.add_issue(
                project, environment, version, "KeyError: 'breed'", first_seen=seen, pace=self.issue_pace
            )
        self._judged.add(key)


def _within(since: datetime, until: datetime | None, begin: int, seconds: int) -> range:
    first = int(since.timestamp()) - begin
    last = seconds if until is None else math.ceil(until.timestamp()) - begin
    return range(max(first, 0), min(last, seconds))


def _drawn(where: str, second: int, per_minute: float) -> int:
    """Draw a Poisson count, the same for the same place and second."""
    if not per_minute:
        return 0
    digest = hashlib.blake2b(f"{where}/{second}".encode(), digest_size=4).digest()
    return bisect_left(_poisson(per_minute), int.from_bytes(digest) / 2**32)


@lru_cache
def _poisson(per_minute: float) -> tuple[float, ...]:
    """Cumulative chances of 0, 1, 2… events in a second."""
    mean = per_minute / 60
    chance = math.exp(-mean)
    chances, number = [chance], 0
    while chances[-1] < 1 - 1e-9 and number < 10 * mean + 50:
        number += 1
        chance *= mean / number
        chances.append(chances[-1] + chance)
    return tuple(chances)
