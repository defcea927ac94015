"""Builds, updates and submissions of an app, as Expo has them, in our words. Shapes only; kept as JSON.

Frozen pydantic models, because what a run knows of them is stored with it and read back.
"""

import re
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Fact(BaseModel):
    """Something known, never changed in place. Unknown keys of a newer version are left out."""

    # Built when first used: a team without apps never does.
    model_config = ConfigDict(extra="ignore", frozen=True, defer_build=True)

    def encode(self) -> str:
        """Write it as JSON."""
        return self.model_dump_json()


class AppPlatform(StrEnum):
    """Whose phones."""

    IOS = "ios"
    ANDROID = "android"


_MARK = re.compile(r"\(pawdeploy run (\d{1,9})\)$")
BOTH = (AppPlatform.IOS, AppPlatform.ANDROID)
NAMES = {AppPlatform.IOS: "iOS", AppPlatform.ANDROID: "Android"}
"""As people write them."""


class Stage(StrEnum):
    """How a build or a submission fares at Expo, in ours."""

    WAITING = "waiting"
    """New, in the queue, or waiting for its build."""
    GOING = "going"
    FINISHED = "finished"
    """For a submission: handed to the store, which is not "live"."""
    FAILED = "failed"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"
    """A status we do not know: shown raw, waited on, never taken for success."""


OVER = frozenset({Stage.FINISHED, Stage.FAILED, Stage.CANCELLED})


class Build(Fact):
    """One build of one platform."""

    id: str
    platform: AppPlatform
    stage: Stage
    raw: str
    """Expo's own status word."""
    created_at: datetime
    sha: str = ""
    """``gitCommitHash``; empty where Expo does not know."""
    version: str = ""
    """``1.4.0``, what people see."""
    number: str = ""
    """``buildNumber`` or ``versionCode``."""
    runtime: str = ""
    fingerprint: str = ""
    profile: str = ""
    queue: int | None = None
    """Builds before it."""
    wait: float | None = None
    """Seconds until it begins, as Expo estimates."""
    page: str = ""
    artifact: str = ""
    """Where it can be had, once finished."""
    logs: str = ""
    error: str = ""
    message: str = ""


class Submission(Fact):
    """One handing over of one build to a store."""

    id: str
    platform: AppPlatform
    stage: Stage
    raw: str
    created_at: datetime
    build: str = ""
    """Id of the build it hands over; empty where Expo does not say."""
    page: str = ""
    logs: str = ""
    error: str = ""


class Update(Fact):
    """One platform's part of an update group."""

    id: str
    platform: AppPlatform
    runtime: str
    percent: int | None = None
    """Of the runtime's users; None: all of them, it is no rollout (any more)."""
    control: str = ""
    """Id of the update that the others keep; empty: they keep what is built in, or it is no rollout."""
    control_group: str = ""
    embedded: bool = False
    """It tells phones to go back to what is built in."""
    manifest: str = ""
    """``manifestFragment``: what a republished group is made of."""
    fingerprint: str = ""


class UpdateGroup(Fact):
    """What one ``eas update`` published to one branch for one runtime: a part for each platform."""

    group: str
    branch: str
    branch_id: str
    message: str
    created_at: datetime
    sha: str = ""
    environment: str = ""
    parts: tuple[Update, ...]

    @property
    def runtime(self) -> str:
        """Whom it reaches."""
        return self.parts[0].runtime if self.parts else ""

    @property
    def embedded(self) -> bool:
        """Whether it sends phones back to what is built in."""
        return any(part.embedded for part in self.parts)

    @property
    def percents(self) -> frozenset[int]:
        """How far its parts are rolled out; more than one number: they are out of step."""
        return frozenset(100 if part.percent is None else part.percent for part in self.parts)

    @property
    def rolling(self) -> bool:
        """Whether some part has not reached everybody."""
        return any(part.percent is not None and part.percent < 100 for part in self.parts)


_INNER = str.maketrans("“”", "\u2018\u2019")


def inside(words: str) -> str:
    """Return ``words`` as they stand between “ and ”: quotes of their own become single ones."""
    return words.translate(_INNER)


def marked(words: str, run: int) -> str:
    """Return ``words`` with what tells, at Expo, that it is of ``run``: how it is found after a crash."""
    return f"{words} (pawdeploy run {run})".strip()


def run_of(message: str) -> int | None:
    """Return the run that ``marked`` named at the end of a message."""
    found = _MARK.search(message)
    return int(found[1]) if found else None


class Channel(Fact):
    """What a build asks for; it leads to a branch."""

    id: str
    name: str
    paused: bool
    branches: tuple[str, ...]
    """Names of the branches it leads to now; two while a branch rollout is on."""


class JobState(StrEnum):
    """How a deletion that Expo does later fares."""

    GOING = "going"
    DONE = "done"
    FAILED = "failed"


class Verdict(StrEnum):
    """What a tester says of a build on a phone."""

    WORKS = "works"
    PROBLEM = "problem"


class DeviceReport(Fact):
    """What one person says of one platform of a release. A later word of the same person replaces it."""

    platform: AppPlatform
    user: str
    verdict: Verdict
    device: str
    """As typed: ``iPhone 15, iOS 18.1``."""
    note: str = ""
    at: datetime
