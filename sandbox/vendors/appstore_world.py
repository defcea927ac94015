"""The simulated App Store's memory: one app's versions, how reviews move them, and how they are phased.

Moves when looked at, a step at a time. Must not know HTTP, tokens or the bot.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sandbox.faults import Faults
from sandbox.vendors.places import Now

REVIEW = "appstore.review"
UNKNOWN_WORD = "WAITING_FOR_LEGAL_REVIEW"
"""A state nobody has documented."""
DAYS = 7
"""A phased release lasts
(https://developer.apple.com/help/app-store-connect/update-your-app/release-a-version-update-in-phases)."""
REVIEWED = ("WAITING_FOR_REVIEW", "IN_REVIEW", UNKNOWN_WORD)
UNDER_WAY = (*REVIEWED, "PROCESSING_FOR_DISTRIBUTION")
_SUBMISSIONS = {
    "WAITING_FOR_REVIEW": "WAITING_FOR_REVIEW",
    "IN_REVIEW": "IN_REVIEW",
    UNKNOWN_WORD: "IN_REVIEW",
    "REJECTED": "UNRESOLVED_ISSUES",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Times:
    """How long things take here, in seconds."""

    waiting: float = 4
    review: float = 8
    processing: float = 3
    day: float = 30


@dataclass(slots=True)
class Phased:
    """How a live version is given to more people day by day."""

    id: str
    state: str = "INACTIVE"
    day: int = 0
    since: datetime | None = None


@dataclass(slots=True)
class Version:
    """One version of the app."""

    version: str
    number: str
    state: str
    created_at: datetime
    since: datetime
    """When it came into its state."""
    release_type: str = "AFTER_APPROVAL"
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    submission: str = field(default_factory=lambda: str(uuid.uuid4()))
    phased: Phased = field(default_factory=lambda: Phased(str(uuid.uuid4())))

    @property
    def submission_state(self) -> str:
        """How its review submission stands."""
        return _SUBMISSIONS.get(self.state, "COMPLETE")


Changed = Callable[[Version, str, str], None]
"""Called with a version, its old state and its new one."""


class AppStoreWorld:
    """One app's versions, the newest last."""

    def __init__(self, faults: Faults, now: Now, times: Times, on_change: Changed) -> None:
        self._faults, self._now, self._on_change = faults, now, on_change
        self.times = times
        """How long things take; may be replaced while it runs."""
        self.versions: list[Version] = []

    def seed(self, version: str, number: str) -> Version:
        """Have a version that everybody can get since two weeks."""
        ago = self._now() - timedelta(days=14)
        live = Version(version, number, "READY_FOR_DISTRIBUTION", ago, ago)
        live.phased.state, live.phased.day = "COMPLETE", DAYS
        self.versions.append(live)
        return live

    def submitted(self, version: str, number: str, release_type: str) -> Version:
        """Put a build into review; a version that was rejected gets the new build, one in review stays."""
        found = next((one for one in self.versions if one.version == version), None)
        if found is None:
            now = self._now()
            found = Version(version, number, "WAITING_FOR_REVIEW", now, now, release_type)
            self.versions.append(found)
            self._on_change(found, "PREPARE_FOR_SUBMISSION", found.state)
        elif found.state in ("REJECTED", "DEVELOPER_REJECTED"):
            found.number = number
            self._turn(found, "WAITING_FOR_REVIEW")
        return found

    @property
    def under_way(self) -> bool:
        """Whether time alone will change something that a webhook tells."""
        return any(one.state in UNDER_WAY for one in self.versions)

    def look(self) -> None:
        """Move everything by the step that is due, one at most each."""
        for one in self.versions:
            self._move(one)
            self._phase(one)

    def turn(self, version: Version, state: str) -> None:
        """Put a version into any state, as a person at App Store Connect or Apple might."""
        self._turn(version, state)

    def _move(self, one: Version) -> None:
        mood, passed = self._faults.get(REVIEW), (self._now() - one.since).total_seconds()
        match one.state:
            case "WAITING_FOR_REVIEW" if passed >= self.times.waiting and mood != "waits":
                self._turn(one, "IN_REVIEW")
            case "IN_REVIEW" if passed >= self.times.review and mood != "waits":
                self._turn(one, UNKNOWN_WORD if mood == "unknown word" else self._verdict(one, mood))
            case state if state == UNKNOWN_WORD and mood in ("approves", "rejects"):
                self._turn(one, self._verdict(one, mood))
            case "PROCESSING_FOR_DISTRIBUTION" if passed >= self.times.processing:
                self._live(one)

    def _verdict(self, one: Version, mood: str) -> str:
        if mood == "rejects":
            return "REJECTED"
        return "PENDING_DEVELOPER_RELEASE" if one.release_type == "MANUAL" else "PROCESSING_FOR_DISTRIBUTION"

    def _live(self, one: Version) -> None:
        for other in self.versions:
            if other is not one and other.state == "READY_FOR_DISTRIBUTION":
                self._turn(other, "REPLACED_WITH_NEW_VERSION")
        one.phased.state, one.phased.day, one.phased.since = "ACTIVE", 1, self._now()
        self._turn(one, "READY_FOR_DISTRIBUTION")

    def _phase(self, one: Version) -> None:
        phased, now = one.phased, self._now()
        if phased.state != "ACTIVE" or phased.since is None:
            return
        if (now - phased.since).total_seconds() < self.times.day:
            return
        phased.since = now
        if phased.day >= DAYS:
            phased.state = "COMPLETE"
        else:
            phased.day += 1

    def _turn(self, one: Version, state: str) -> None:
        old, one.state, one.since = one.state, state, self._now()
        self._on_change(one, old, state)
