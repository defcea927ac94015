"""Builds and submissions of the simulated Expo, moving as time passes.

Knows what the ``expo.build`` and ``expo.submission`` knobs do to them. Must not know HTTP, GraphQL or stores.
Like ``railway_world.py``, nothing runs in the background: ``settle`` catches up.
"""

import math
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.faults import Faults
from sandbox.vendors.app_files import Platform
from sandbox.vendors.places import Now
from sandbox.vendors.railway_world import PACE

BUILD_KNOB, SUBMISSION_KNOB = "expo.build", "expo.submission"
SECONDS = {"NEW": 0.3, "IN_QUEUE": 2.0, "IN_PROGRESS": 2.5, "PENDING_CANCEL": 0.4}
"""How long a build stays in each status at normal speed; a submission in the same ones."""
QUEUE = 3
"""Builds before a new one."""
STUCK_WAIT = 900
"""Seconds Expo estimates for a build whose queue does not move."""
KEPT = timedelta(days=30)
OVER = frozenset({"FINISHED", "ERRORED", "CANCELED"})


@dataclass(kw_only=True, slots=True, eq=False)
class ExpoBuild:
    """One build of one platform."""

    id: str
    platform: Platform
    created_at: datetime
    updated_at: datetime
    sha: str
    title: str
    """First line of the commit's message."""
    version: str
    number: str
    runtime: str
    fingerprint: str
    profile: str
    message: str
    status: str = "NEW"
    started_at: datetime | None = None
    completed_at: datetime | None = None
    due: datetime | None = None
    error: tuple[str, str] | None = None
    """Expo's code, and what it says."""


@dataclass(kw_only=True, slots=True, eq=False)
class ExpoSubmission:
    """One handing over of one build."""

    id: str
    build: ExpoBuild
    created_at: datetime
    updated_at: datetime
    status: str = "IN_QUEUE"
    completed_at: datetime | None = None
    due: datetime | None = None
    error: tuple[str, str] | None = None

    @property
    def platform(self) -> Platform:
        """The build's."""
        return self.build.platform


Ended = Callable[[ExpoBuild | ExpoSubmission], None]
_BUILD_ERRORS: dict[Platform, tuple[str, str]] = {
    "android": ("EAS_BUILD_UNKNOWN_GRADLE_ERROR", "Gradle build failed with unknown error."),
    "ios": ("XCODE_BUILD_ERROR", 'The "Run fastlane" step failed: PawLogic has no member "owner".'),
}
_SUBMISSION_ERRORS: dict[Platform, tuple[str, str]] = {
    "android": ("SUBMISSION_SERVICE_ANDROID_UNKNOWN_ERROR", "The caller does not have permission."),
    "ios": (
        "SUBMISSION_SERVICE_IOS_INVALID_CREDENTIALS",
        "The API key is not accepted by App Store Connect.",
    ),
}


class Builds:
    """Every build and submission, oldest first."""

    def __init__(self, faults: Faults, now: Now) -> None:
        self._faults, self._now = faults, now
        self._fates = {name: faults.get(name) for name in (BUILD_KNOB, SUBMISSION_KNOB)}
        self._builds: list[ExpoBuild] = []
        self._submissions: list[ExpoSubmission] = []
        self.ended: list[Ended] = []
        """Told of each build and submission that came to an end."""
        faults.subscribe(self._turned)

    def _turned(self, name: str, value: str) -> None:
        if name in self._fates:
            self.settle()  # what was due before the turn still happens the old way
            self._fates[name] = value

    @property
    def builds(self) -> list[ExpoBuild]:
        """Every build as it is now, oldest first."""
        self.settle()
        return self._builds

    @property
    def submissions(self) -> list[ExpoSubmission]:
        """Every submission as it is now, oldest first."""
        self.settle()
        return self._submissions

    def next_number(self, platform: Platform) -> str:
        """Return the next build number of a platform, as EAS counts (``autoIncrement``)."""
        return str(max((int(one.number) for one in self._builds if one.platform == platform), default=0) + 1)

    def add(self, build: ExpoBuild) -> ExpoBuild:
        """Take a build in; one that has not ended moves from here on."""
        if build.status not in OVER:
            build.due = build.created_at + self._stay(build.status)
        self._builds.append(build)
        return build

    def submit(self, build: ExpoBuild, at: datetime) -> ExpoSubmission:
        """Hand a build over to its store, as time passes."""
        made = ExpoSubmission(id=str(uuid.uuid4()), build=build, created_at=at, updated_at=at)
        return self.add_submission(made)

    def add_submission(self, one: ExpoSubmission) -> ExpoSubmission:
        """Take a submission in; one that has not ended moves from here on."""
        if one.status not in OVER:
            one.due = one.created_at + self._stay(one.status)
        self._submissions.append(one)
        return one

    def cancel(self, build: ExpoBuild) -> bool:
        """Have a build stopped; False when it has ended."""
        self.settle()
        if build.status in OVER:
            return False
        if build.status != "PENDING_CANCEL":
            build.status, build.updated_at = "PENDING_CANCEL", self._now()
            build.due = build.updated_at + self._stay("PENDING_CANCEL")
        return True

    def queue(self, build: ExpoBuild) -> tuple[int, int] | None:
        """Return how many builds are before it, and the seconds it will wait; None outside the queue."""
        if build.status != "IN_QUEUE" or build.due is None:
            return None
        if self._fates[BUILD_KNOB] == "stuck in the queue":
            return QUEUE, STUCK_WAIT
        left = max((build.due - self._now()).total_seconds(), 0.0)
        whole = self._stay("IN_QUEUE").total_seconds()
        return math.ceil(QUEUE * min(left / whole, 1.0)), math.ceil(left)

    def settle(self) -> None:
        """Move everything to where it would be by now."""
        now = self._now()
        for build in list(self._builds):
            while build.due is not None and build.due <= now:
                if build.status == "IN_QUEUE" and self._fates[BUILD_KNOB] == "stuck in the queue":
                    build.due = now  # it goes on from the moment the knob is turned back
                    break
                self._move_build(build, build.due)
        for one in list(self._submissions):
            while one.due is not None and one.due <= now:
                self._move_submission(one, one.due)

    def _move_build(self, build: ExpoBuild, at: datetime) -> None:
        match build.status, self._fates[BUILD_KNOB]:
            case "NEW", _:
                self._enter(build, "IN_QUEUE", at)
            case "IN_QUEUE", _:
                build.started_at = at
                self._enter(build, "IN_PROGRESS", at)
            case ("PENDING_CANCEL", _) | ("IN_PROGRESS", "cancelled"):
                self._end(build, "CANCELED", at)
            case _, "fails":
                self._end(build, "ERRORED", at, _BUILD_ERRORS[build.platform])
            case _:
                self._end(build, "FINISHED", at)

    def _move_submission(self, one: ExpoSubmission, at: datetime) -> None:
        if one.status == "IN_QUEUE":
            self._enter(one, "IN_PROGRESS", at)
        elif self._fates[SUBMISSION_KNOB] == "fails":
            self._end(one, "ERRORED", at, _SUBMISSION_ERRORS[one.platform])
        else:
            self._end(one, "FINISHED", at)

    def _enter(self, one: ExpoBuild | ExpoSubmission, status: str, at: datetime) -> None:
        one.status, one.updated_at, one.due = status, at, at + self._stay(status)

    def _end(
        self,
        one: ExpoBuild | ExpoSubmission,
        status: str,
        at: datetime,
        error: tuple[str, str] | None = None,
    ) -> None:
        one.status, one.updated_at, one.completed_at, one.due, one.error = status, at, at, None, error
        for told in tuple(self.ended):
            told(one)

    def _stay(self, status: str) -> timedelta:
        return timedelta(seconds=SECONDS[status] * PACE[self._faults.get("railway.speed")])
