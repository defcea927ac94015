"""Issues of the simulated Sentry: what each has counted, how it stands, who has it.

Follows Sentry's own rules for statuses. Must not know HTTP, webhooks, or what makes an issue happen.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sandbox.vendors.sentry_streams import carries

SUBSTATUSES: dict[str, tuple[str, ...]] = {
    "unresolved": ("ongoing", "new", "escalating", "regressed"),
    "resolved": (),
    "ignored": ("archived_forever", "archived_until_escalating", "archived_until_condition_met"),
}
"""Every status with what it can be more exactly; the first is what nobody asked for otherwise."""
HOURS = 24


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """Somebody an issue can be assigned to."""

    id: str
    name: str
    email: str

    @property
    def username(self) -> str:
        """How they sign in."""
        return self.email.partition("@")[0]


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How an issue stands; ``details`` as Sentry's ``statusDetails`` shows them."""

    status: str = "unresolved"
    substatus: str | None = "new"
    details: dict[str, object] = field(default_factory=dict)
    until: datetime | None = None
    """When an archived issue comes back by itself."""
    count: int | None = None
    """How many events it then must have for that."""
    release: str = ""
    """The release it was resolved in, when only a later one can bring it back."""


REGRESSED = Standing(substatus="regressed")
ONGOING = Standing(substatus="ongoing")
ESCALATING = Standing(substatus="escalating")
RESOLVED = Standing(status="resolved", substatus=None)
ARCHIVED = Standing(status="ignored", substatus="archived_until_escalating")


@dataclass(kw_only=True, slots=True, eq=False)
class Issue:
    """One issue, in one environment."""

    id: int
    project: str
    environment: str
    title: str
    first_release: str
    first_seen: datetime
    events: int = 12
    """Those it begins with."""
    users: int = 7
    pace: int = 1
    """Events a second, from when it was first seen until all it begins with are there."""
    unhandled: bool = True
    level: str = "error"
    culprit: str = "app.pets.routes in list_pets"
    tags: dict[str, str] = field(default_factory=dict)
    standing: Standing = field(default_factory=Standing)
    assignee: Member | None = None
    last_release: str = ""
    later: Counter[tuple[int, str]] = field(default_factory=Counter)
    """What happened beyond the beginning: events by second and release."""

    def happen(self, at: datetime, times: int, release: str) -> None:
        """Count ``times`` more events of ``release``."""
        self.later[int(at.timestamp()), release] += times
        self.last_release = release

    def so_far(self, now: datetime) -> int:
        """Return its events until ``now``."""
        begun = min(self.events, (int((now - self.first_seen).total_seconds()) + 1) * self.pace)
        return max(0, begun) + self.later.total()

    def tagged(self, key: str, now: datetime) -> dict[str, int]:
        """Return the values of a tag with the events until ``now`` that have each; empty without that tag."""
        if key == "release":
            counts: Counter[str] = Counter({self.first_release: self.so_far(now) - self.later.total()})
            for (_, release), number in self.later.items():
                counts[release] += number
            return {release: number for release, number in counts.items() if release and number}
        tags = {"environment": self.environment, "level": self.level, **self.tags}
        return {tags[key]: self.so_far(now)} if key in tags else {}

    def carries(self, tags: Mapping[str, str]) -> bool:
        """Say whether its events have all of these tags; of an empty one, whatever it says."""
        return carries(self.tags, tags)

    def by_second(self, release: str = "") -> list[tuple[int, int]]:
        """Return (second since 1970, events there), of one release or of all."""
        first, (whole, left) = int(self.first_seen.timestamp()), divmod(self.events, self.pace)
        begun = [(first + at, self.pace if at < whole else left) for at in range(whole + bool(left))]
        own = begun if release in ("", self.first_release) else []
        return own + [(at, number) for (at, of), number in self.later.items() if release in ("", of)]

    def last_seen(self, now: datetime) -> datetime:
        """Return when it happened last."""
        seconds = [at for at, _ in self.by_second() if at <= now.timestamp()]
        latest = datetime.fromtimestamp(max(seconds, default=0), UTC)
        return max(latest, self.first_seen)

    def hourly(self, now: datetime) -> list[list[int]]:
        """Return ``[beginning in seconds since 1970, events]`` of each hour of the last day, oldest first."""
        this = int(now.timestamp()) // 3600
        counts: Counter[int] = Counter()
        for at, number in self.by_second():
            if at <= now.timestamp():
                counts[at // 3600] += number
        return [[hour * 3600, counts[hour]] for hour in range(this - HOURS + 1, this + 1)]

    def ends_archive(self, now: datetime) -> bool:
        """Say whether what it was archived for has come to pass."""
        standing = self.standing
        if standing.status != "ignored":
            return False
        late = standing.until is not None and now >= standing.until
        return late or (standing.count is not None and self.so_far(now) >= standing.count)

    def regresses(self, release: str) -> bool:
        """Say whether an event of ``release`` brings it back."""
        return self.standing.status == "resolved" and (
            not self.standing.release or release != self.standing.release
        )
