"""Updates over the air at the simulated Expo: branches, channels, groups, rollouts, deletions.

Knows Expo's rules: a rollout only rises, and there is one per branch and runtime
(https://docs.expo.dev/eas-update/rollouts/). Must not know HTTP, GraphQL or Sentry.
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.faults import Faults
from sandbox.vendors.app_files import Platform
from sandbox.vendors.places import Now
from sandbox.vendors.railway_world import PACE

ROLLOUT_KNOB = "expo.rollout"
EVERYBODY = 100
"""Percent at which a rollout is one no more."""
JOB_SECONDS = (("QUEUED", 0.6), ("IN_PROGRESS", 2.4))
"""How long a deletion stays in each state at normal speed."""


class ExpoRefusalError(Exception):
    """Expo does not do it; the message is its own."""


@dataclass(kw_only=True, slots=True, eq=False)
class ExpoBranch:
    """A branch: updates in the order they were published."""

    id: str
    name: str
    created_at: datetime


@dataclass(kw_only=True, slots=True, eq=False)
class ExpoChannel:
    """What builds ask for, and the branches it leads to (two while a branch rollout is on)."""

    id: str
    name: str
    branches: list[ExpoBranch]
    created_at: datetime
    paused: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class NewPart:
    """One platform's part of what is to be published."""

    manifest: str = ""
    """``manifestFragment``; empty: back to what is built in."""
    percent: int | None = None
    fingerprint: str = ""


@dataclass(kw_only=True, slots=True, eq=False)
class ExpoUpdate:
    """One platform's part of an update group."""

    id: str
    group: str
    branch: ExpoBranch
    platform: Platform
    runtime: str
    message: str
    created_at: datetime
    sha: str
    manifest: str
    percent: int | None
    control: "ExpoUpdate | None"
    fingerprint: str
    environment: str
    exported: bool
    """Whether ``eas update`` made it from code, and did not publish an earlier one again."""

    @property
    def embedded(self) -> bool:
        """Whether it sends phones back to what is built in."""
        return not self.manifest

    @property
    def rolling(self) -> bool:
        """Whether it is a rollout that has not reached everybody."""
        return self.percent is not None


@dataclass(kw_only=True, slots=True, eq=False)
class ExpoJob:
    """A deletion that is done later."""

    id: str
    group: str
    created_at: datetime
    updated_at: datetime
    due: datetime | None
    state: str = "QUEUED"


class Updates:
    """Every update that there is, oldest first."""

    def __init__(self, faults: Faults, now: Now) -> None:
        self._faults, self._now = faults, now
        self._all: list[ExpoUpdate] = []
        self.branches: dict[str, ExpoBranch] = {}
        self.channels: dict[str, ExpoChannel] = {}
        self.jobs: dict[str, ExpoJob] = {}
        self.changed: list[Callable[[], None]] = []
        """Told when what phones are sent may have changed."""

    @property
    def all(self) -> list[ExpoUpdate]:
        """Every update as it is now, oldest first."""
        self.settle()
        return self._all

    def groups(self, branch: ExpoBranch | None = None) -> list[list[ExpoUpdate]]:
        """Return the groups of a branch (of all), newest first."""
        found: dict[str, list[ExpoUpdate]] = {}
        for one in reversed(self.all):
            if branch in (None, one.branch):
                found.setdefault(one.group, []).insert(0, one)
        return list(found.values())

    def group(self, group: str) -> list[ExpoUpdate]:
        """Return a group's parts; none when there is no such group."""
        return [one for one in self.all if one.group == group]

    def branch(self, name: str, at: datetime) -> ExpoBranch:
        """Return a branch, made when it is new."""
        if name not in self.branches:
            self.branches[name] = ExpoBranch(id=_id("branch", name), name=name, created_at=at)
        return self.branches[name]

    def channel(self, name: str, *branches: ExpoBranch, at: datetime) -> ExpoChannel:
        """Make a channel that leads to ``branches``."""
        self.channels[name] = ExpoChannel(
            id=_id("channel", name), name=name, branches=list(branches), created_at=at
        )
        return self.channels[name]

    def publish(
        self,
        branch: ExpoBranch,
        runtime: str,
        parts: Mapping[Platform, NewPart],
        *,
        message: str,
        sha: str = "",
        environment: str = "",
        exported: bool = False,
        group: str = "",
        at: datetime | None = None,
    ) -> list[ExpoUpdate]:
        """Publish a group; ``ExpoRefusalError`` while another of the same runtime is being rolled out."""
        there = [one for one in self.all if (one.branch, one.runtime) == (branch, runtime)]
        if any(one.rolling and one.platform in parts for one in there):
            msg = (
                f'Cannot publish: an update with runtime version "{runtime}" is being rolled out'
                f' on branch "{branch.name}". End that rollout first.'
            )
            raise ExpoRefusalError(msg)
        group = group or str(uuid.uuid4())
        made = [
            ExpoUpdate(
                id=_id(group, platform),
                group=group,
                branch=branch,
                platform=platform,
                runtime=runtime,
                message=message,
                created_at=at or self._now(),
                sha=sha,
                manifest=part.manifest,
                percent=None if part.percent == EVERYBODY else part.percent,
                control=None
                if part.percent in (None, EVERYBODY)
                else next((one for one in reversed(there) if one.platform == platform), None),
                fingerprint=part.fingerprint,
                environment=environment,
                exported=exported,
            )
            for platform, part in sorted(parts.items())
        ]
        self._all += made
        self._tell()
        return made

    def set_percent(self, update: ExpoUpdate, percent: int) -> None:
        """Roll a part out further; at 100 it is a rollout no more."""
        knob = self._faults.get(ROLLOUT_KNOB)
        if knob == "refuses" or (knob == "android refuses" and update.platform == "android"):
            msg = "Could not update the rollout percentage. Please try again later."
            raise ExpoRefusalError(msg)
        if update.percent is None:
            msg = "Cannot edit rollout percentage on an update that is not a rollout."
            raise ExpoRefusalError(msg)
        if not update.percent < percent <= EVERYBODY:
            msg = (
                f"Rollout percentage must be greater than previous rollout percentage ({update.percent})"
                if percent <= update.percent
                else "Rollout percentage must not be greater than 100"
            )
            raise ExpoRefusalError(msg)
        update.percent = None if percent == EVERYBODY else percent
        if update.percent is None:
            update.control = None
        self._tell()

    def delete_later(self, group: str) -> ExpoJob:
        """Have a group deleted; ``ExpoRefusalError`` when there is none."""
        if not self.group(group):
            msg = f"Update group not found: {group}"
            raise ExpoRefusalError(msg)
        now = self._now()
        job = ExpoJob(
            id=str(uuid.uuid4()), group=group, created_at=now, updated_at=now, due=now + self._stay(0)
        )
        self.jobs[job.id] = job
        return job

    def settle(self) -> None:
        """Carry out the deletions that are due."""
        now = self._now()
        for job in self.jobs.values():
            while job.due is not None and job.due <= now:
                at = job.due
                if job.state == "QUEUED":
                    job.state, job.updated_at, job.due = "IN_PROGRESS", at, at + self._stay(1)
                    continue
                job.state, job.updated_at, job.due = "SUCCESS", at, None
                self._all = [one for one in self._all if one.group != job.group]
                self._tell()

    def shares(self, branch: ExpoBranch) -> dict[str, float]:
        """Return which part of a branch's people runs each group now, 0 to 1; the mean of its platforms."""
        left: dict[tuple[str, Platform], float] = {}
        found: dict[str, list[float]] = {}
        for one in reversed(self._all):
            if one.branch is not branch:
                continue
            rest = left.get((one.runtime, one.platform), 1.0)
            takes = rest if one.percent is None else rest * one.percent / EVERYBODY
            left[one.runtime, one.platform] = rest - takes
            found.setdefault(one.group, []).append(takes)
        return {group: sum(shares) / len(shares) for group, shares in found.items()}

    def _tell(self) -> None:
        for told in tuple(self.changed):
            told()

    def _stay(self, step: int) -> timedelta:
        return timedelta(seconds=JOB_SECONDS[step][1] * PACE[self._faults.get("railway.speed")])


def _id(*names: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "/".join(names)))
