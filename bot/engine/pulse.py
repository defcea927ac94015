"""How looks at a target add up to up and down: several to go down, several to come up, unknown is neither.

Decides and nothing else: ``now`` is passed in, and may go backwards.
"""

import dataclasses
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.engine import flap
from bot.engine.pulses import Beat, Component, PulseState

CERTAIN = 2
"""So many times ``down_after`` failures in a row are an outage, however much it went up and down before."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """How one target is watched. Times in seconds, thresholds in percent of change."""

    interval: float
    recheck: float
    """Between looks while unsure."""
    down_after: int
    up_after: int
    flap_high: float
    flap_low: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Pulse:
    """One target as far as looks have told. Times are aware UTC."""

    target: str
    state: PulseState = PulseState.UNKNOWN
    """What the last look that could tell made of it; unknown only until one could."""
    since: datetime
    said: str = ""
    components: tuple[Component, ...] = ()
    bad: int = 0
    """Looks in a row that found it ill; ``good``: that found it well."""
    good: int = 0
    history: str = ""
    """What was found, oldest first, for ``flap.percent``."""
    flapping: bool = False
    paused: str = ""
    """Why failures count for nothing; empty when they count."""
    checked_at: datetime | None = None
    known_at: datetime | None = None
    """When a look last could tell."""
    next_at: datetime | None = None

    @property
    def down(self) -> bool:
        """Whether it is down."""
        return self.state is PulseState.DOWN

    def due(self, now: datetime) -> bool:
        """Say whether to look now: also when the clock was put back, or nobody would look for as long."""
        if self.next_at is None or now >= self.next_at:
            return True
        return self.checked_at is not None and now < self.checked_at


@dataclass(frozen=True, slots=True)
class WentDown:
    """It is down now: ``failures`` looks in a row found it ill."""

    failures: int


@dataclass(frozen=True, slots=True)
class CameUp:
    """It is up again."""

    after: timedelta
    """How long it was down; never negative."""


@dataclass(frozen=True, slots=True)
class BeganFlapping:
    """It goes up and down so often that each time is no news any more."""

    percent: float
    down: bool
    """Whether it was down before this look, so that people know already."""


@dataclass(frozen=True, slots=True)
class StoppedFlapping:
    """It stays as it is now: ``down``, or up."""

    down: bool


@dataclass(frozen=True, slots=True)
class StillDown:
    """It is down as before, though somebody ``called_over`` its alert then: ``failures`` looks in a row."""

    failures: int
    called_over: datetime


Change = WentDown | CameUp | BeganFlapping | StoppedFlapping | StillDown


def advance(
    pulse: Pulse,
    beat: Beat,
    *,
    now: datetime,
    rules: Rules,
    paused: str,
    called_over: datetime | None = None,
) -> tuple[Pulse, Change | None]:
    """Add one look, finished ``now``, to what is known; return also what people should hear of it.

    ``paused`` says why failures count for nothing at present; empty when they count. ``called_over`` is since
    when, before the look, its alert was resolved; None while that goes on.
    """
    looked = dataclasses.replace(
        pulse,
        said=beat.said,
        components=beat.components,
        paused=paused,
        checked_at=now,
        known_at=pulse.known_at if beat.found == "unknown" else now,
        next_at=now + timedelta(seconds=rules.interval),
    )
    well = beat.found == "well"
    if paused:
        return _paused(looked, well=well, now=now), None
    if beat.found == "unknown":
        return looked, None
    counted = dataclasses.replace(
        looked,
        good=pulse.good + 1 if well else 0,
        bad=0 if well else pulse.bad + 1,
        history=flap.remember(pulse.history, flap.UP if well else flap.DOWN),
    )
    after = _scheduled(_settled(counted, rules, now), rules, now)
    if pulse.flapping and after.down and after.bad >= CERTAIN * rules.down_after:
        # What was before is forgotten, or it would count as flapping until the outage fills the history.
        after = dataclasses.replace(after, history=flap.DOWN * min(after.bad, flap.REMEMBERED))
    percent = flap.percent(after.history)
    flaps = flap.flapping(percent, was=pulse.flapping, high=rules.flap_high, low=rules.flap_low)
    after = dataclasses.replace(after, flapping=flaps)
    change = _change(pulse, after, percent, now)
    if change is None and called_over is not None and _overlooked(after, called_over, rules):
        change = StillDown(after.bad, called_over)
    return after, change


def would_fall(pulse: Pulse, beat: Beat, rules: Rules) -> bool:
    """Say whether this look takes it down: the moment to ask whether it is rather we who are cut off."""
    return beat.found == "ill" and not pulse.down and pulse.bad + 1 >= rules.down_after


def stale(pulse: Pulse, now: datetime, patience: float) -> bool:
    """Say whether no look could tell for more than ``patience`` seconds: then how it is, is unknown."""
    return pulse.known_at is None or (now - pulse.known_at).total_seconds() > patience


def _paused(pulse: Pulse, *, well: bool, now: datetime) -> Pulse:
    pulse = dataclasses.replace(pulse, good=0, bad=0)
    if well and pulse.state is PulseState.UNKNOWN:
        return dataclasses.replace(pulse, state=PulseState.UP, since=now)
    return pulse


def _settled(pulse: Pulse, rules: Rules, now: datetime) -> Pulse:
    falls = not pulse.down and pulse.bad >= rules.down_after
    rises = pulse.down and pulse.good >= rules.up_after
    well_at_first_sight = pulse.state is PulseState.UNKNOWN and pulse.good > 0
    if not (falls or rises or well_at_first_sight):
        return pulse
    # Never before the last change, whatever the clock does: what is told by this time must not look old.
    known = pulse.state is not PulseState.UNKNOWN
    since = max(now, pulse.since + timedelta(microseconds=1)) if known else now
    return dataclasses.replace(pulse, state=PulseState.DOWN if falls else PulseState.UP, since=since)


def _scheduled(pulse: Pulse, rules: Rules, now: datetime) -> Pulse:
    """Have a target looked at again soon while what was found differs from what it counts as."""
    unsure = pulse.good if pulse.down else pulse.bad
    if not unsure:
        return pulse
    seconds = min(rules.recheck, rules.interval)
    return dataclasses.replace(pulse, next_at=now + timedelta(seconds=seconds))


def _change(before: Pulse, after: Pulse, percent: float, now: datetime) -> Change | None:
    if after.flapping:
        return None if before.flapping else BeganFlapping(percent, before.down)
    if before.flapping:
        return StoppedFlapping(after.down)
    if after.down and not before.down:
        return WentDown(after.bad)
    if before.down and not after.down:
        return CameUp(max(now - before.since, timedelta()))
    return None


def _overlooked(pulse: Pulse, called_over: datetime, rules: Rules) -> bool:
    """Say whether it was called over in the middle of an outage that people had heard of, and goes on."""
    told = pulse.down and not pulse.flapping and pulse.since < called_over
    return told and pulse.bad >= rules.down_after
