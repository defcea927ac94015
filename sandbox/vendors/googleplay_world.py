"""The simulated Google Play's memory: one track's releases, how reviews move them, and the edits of them.

Moves when looked at, a step at a time. Must not know HTTP, tokens or the bot.
"""

import copy
import itertools
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sandbox.faults import Faults
from sandbox.vendors.places import Now

REVIEW = "googleplay.review"
_PREFIX = "RELEASE_LIFECYCLE_STATE_"
IN_REVIEW, NOT_APPROVED, PUBLISHED, NOT_SENT, APPROVED = (
    f"{_PREFIX}{word}"
    for word in ("IN_REVIEW", "NOT_APPROVED", "PUBLISHED", "NOT_SENT_FOR_REVIEW", "APPROVED_NOT_PUBLISHED")
)
UNKNOWN_WORD = f"{_PREFIX}HELD_FOR_POLICY"
"""A state nobody has documented."""
SHARES = (0.1, 0.2, 0.5)
"""How a rollout grows here before everybody has it; in truth a person raises it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Times:
    """How long things take here, in seconds."""

    review: float = 10
    share: float = 60


@dataclass(slots=True)
class Release:
    """One release of the track."""

    name: str
    code: str
    state: str
    status: str
    since: datetime
    """When it came into its state, or to its share."""
    fraction: float | None = None
    notes: str = "What is new"


@dataclass(slots=True)
class Edit:
    """Changes that are prepared; a copy of the track until they are committed."""

    id: str
    expires: datetime
    releases: list[Release] = field(default_factory=list)


class InReviewError(Exception):
    """A commit that must not cancel a review would have."""


class GooglePlayWorld:
    """One track's releases, the newest last, and the edits that are open."""

    def __init__(self, faults: Faults, now: Now, times: Times) -> None:
        self._faults, self._now = faults, now
        self.times = times
        """How long things take; may be replaced while it runs."""
        self._ids = itertools.count(7001)
        self.releases: list[Release] = []
        self.edits: dict[str, Edit] = {}
        self.cancelled_reviews = 0
        """Reviews that somebody's commit ended."""

    def seed(self, name: str, code: str) -> None:
        """Have a release that everybody can get since two weeks."""
        ago = self._now() - timedelta(days=14)
        self.releases.append(Release(name, code, PUBLISHED, "completed", ago))

    def submitted(self, name: str, code: str) -> None:
        """Put a build into review, to be rolled out by steps; one that is known already stays as it is."""
        if any(one.code == code for one in self.releases):
            return
        self.releases = [one for one in self.releases if one.state == PUBLISHED]
        made = Release(name, code, IN_REVIEW, "inProgress", self._now(), SHARES[0])
        self.releases.append(made)
        self.edits.clear()  # an upload commits an edit of its own, and that ends all others

    def look(self) -> None:
        """Move everything by the step that is due, one at most each."""
        mood = self._faults.get(REVIEW)
        for one in list(self.releases):
            passed = (self._now() - one.since).total_seconds()
            if one.state == IN_REVIEW and passed >= self.times.review and mood != "waits":
                one.state = UNKNOWN_WORD if mood == "unknown word" else self._verdict(mood)
                one.since = self._now()
            elif one.state == UNKNOWN_WORD and mood in ("approves", "rejects"):
                one.state, one.since = self._verdict(mood), self._now()
            elif one.state == PUBLISHED and one.status == "inProgress" and passed >= self.times.share:
                self._grow(one)

    def insert(self) -> Edit:
        """Open an edit."""
        made = Edit(str(next(self._ids)), self._now() + timedelta(hours=1), copy.deepcopy(self.releases))
        self.edits[made.id] = made
        return made

    def commit(self, edit: Edit, behavior: str) -> None:
        """Make an edit the track; ``InReviewError``: a review is under way, and is not to be cancelled."""
        reviewed = [one for one in self.releases if one.state in (IN_REVIEW, UNKNOWN_WORD)]
        if reviewed and behavior == "ERROR_IF_IN_REVIEW":
            raise InReviewError
        for one in edit.releases:
            if one.state == IN_REVIEW:
                one.since = self._now()  # cancelled, and sent in again
                self.cancelled_reviews += 1
        self.releases = edit.releases
        self.edits.clear()

    def _verdict(self, mood: str) -> str:
        return NOT_APPROVED if mood == "rejects" else PUBLISHED

    def _grow(self, one: Release) -> None:
        one.since = self._now()
        bigger = [share for share in SHARES if share > (one.fraction or 0)]
        if bigger:
            one.fraction = bigger[0]
            return
        one.status, one.fraction = "completed", None
        self.releases = [other for other in self.releases if other is one or other.state != PUBLISHED]
