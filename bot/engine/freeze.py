"""Decide whether a freeze window is open. Knows cron and clocks, not whom a freeze stops.

A window begins and ends by the clocks people see: on the day clocks go forward, a time they skip counts as
the moment they jump; on the day they go back, a time they show twice counts twice.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from croniter import CroniterBadDateError, CroniterError, croniter

from bot.engine.when import find_zone, instants

_SLACK = timedelta(hours=3)
"""More than clocks are ever turned, by daylight saving, at once."""
_LEAP_CYCLE = (datetime(2024, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))
"""Where two schedules are compared; cron knows no years."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """A freeze that comes again: frozen from each ``starts`` until the next ``ends``."""

    starts: str
    """Five cron fields, e.g. ``0 16 * * 5``."""
    ends: str
    timezone: str
    """IANA name, e.g. ``Europe/Berlin``."""
    because: str


@dataclass(frozen=True, slots=True)
class Frozen:
    """Inside ``window``. Times are aware UTC; at ``until`` it is over."""

    window: Window
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Thawed:
    """Inside no window; the next begins at ``next_start``, None when there are none."""

    next_start: datetime | None


@dataclass(frozen=True, slots=True)
class BadWindow:
    """What is wrong with ``field`` of a window, and what to write."""

    field: str
    problem: str
    advice: str


_Edge = tuple[datetime, datetime]
"""A moment (UTC) and what clocks there were to show: two edges at one jump keep their order."""


def frozen(windows: tuple[Window, ...], now: datetime) -> Frozen | Thawed:
    """Say whether ``now`` is inside any of ``windows``, each one accepted by ``check_window``.

    Of several open windows the one that ends last is named. A start at the very moment of an end wins.
    """
    opened: list[Frozen] = []
    starts: list[datetime] = []
    for window in windows:
        zone = ZoneInfo(window.timezone)
        start, end = _last(window.starts, zone, now), _last(window.ends, zone, now)
        if start is None or (end is not None and start < end):
            starts += _after(window.starts, zone, now)
            continue
        since = start[0]
        if end is not None and end < start:
            since = min(_after(window.starts, zone, end[0]) or [since])
        opened += [Frozen(window, min(since, start[0]), until) for until in _after(window.ends, zone, now)]
    if opened:
        return max(opened, key=lambda one: one.until)
    return Thawed(min(starts, default=None))


def _naive(now: datetime, zone: ZoneInfo) -> datetime:
    return now.astimezone(zone).replace(tzinfo=None)


def _last(cron: str, zone: ZoneInfo, now: datetime) -> _Edge | None:
    """Return the last edge at or before ``now``."""
    local = _naive(now, zone)
    best: _Edge | None = None
    for shown in _walk(cron, local + _SLACK, back=True):
        for at in instants(shown, zone):
            if at <= now and (best is None or (at, shown) > best):
                best = at, shown
        if best is not None and shown <= local - _SLACK:
            break
    return best


def _after(cron: str, zone: ZoneInfo, now: datetime) -> list[datetime]:
    """Return the first moment after ``now``, or nothing when there is none."""
    local = _naive(now, zone)
    coming: list[datetime] = []
    for shown in _walk(cron, local - _SLACK, back=False):
        coming += [at for at in instants(shown, zone) if at > now]
        if coming and shown >= local + _SLACK:
            break
    return [min(coming)] if coming else []


def _walk(cron: str, local: datetime, *, back: bool) -> Iterator[datetime]:
    """Yield what clocks show at each occurrence, going away from ``local``."""
    times = croniter(cron, local, ret_type=datetime)
    while True:
        try:
            yield times.get_prev() if back else times.get_next()
        except CroniterBadDateError:
            return


def check_window(window: Window) -> BadWindow | None:
    """Return what is wrong with ``window``, or None; whatever passes, ``frozen`` can judge."""
    if find_zone(window.timezone) is None:
        said = f"{window.timezone!r} is not a time zone"
        return BadWindow("timezone", said, 'write an IANA name such as "Europe/Berlin" or "UTC"')
    for field, cron in (("starts", window.starts), ("ends", window.ends)):
        if bad := _bad_cron(field, cron):
            return bad
    if _coincide(window.starts, window.ends):
        return BadWindow(
            "ends",
            "the window sometimes starts and ends at the same minute",
            "let it end at another time of day than it starts, e.g. a minute earlier",
        )
    return None


def _bad_cron(field: str, cron: str) -> BadWindow | None:
    example = 'write five cron fields, e.g. "0 16 * * 5" for Friday 16:00'
    words = cron.split()
    # croniter reads more than cron: seconds, years, "@daily", and H and R, which mean a random time.
    if len(words) != 5 or any(re.match(r"[hr]\b", part, re.I) for word in words for part in word.split(",")):
        return BadWindow(field, f"{cron!r} is not a cron time", example)
    try:
        happens = next(_walk(cron, _LEAP_CYCLE[0].replace(tzinfo=None), back=False), None)
    except CroniterError:
        return BadWindow(field, f"{cron!r} is not a cron time", example)
    if happens is None:
        return BadWindow(field, f"{cron!r} never happens", "name a day that exists")
    return None


def _coincide(starts: str, ends: str) -> bool:
    """Say whether both fall on one minute of one day, in a cycle of four years."""
    (minutes, hours), (other_minutes, other_hours) = (_minutes_and_hours(cron) for cron in (starts, ends))
    if not (minutes & other_minutes and hours & other_hours):
        return False
    days, other_days = (_days(cron) for cron in (starts, ends))
    return bool(days & other_days)


def _minutes_and_hours(cron: str) -> tuple[set[int], set[int]]:
    fields = croniter.expand(cron)[0][:2]
    full = (set(range(60)), set(range(24)))
    minutes, hours = (
        every if "*" in field else set(field) for field, every in zip(fields, full, strict=True)
    )
    return minutes, hours


def _days(cron: str) -> set[datetime]:
    first, last = (moment.replace(tzinfo=None) for moment in _LEAP_CYCLE)
    found: set[datetime] = set()
    for day in _walk(" ".join(["0", "0", *cron.split()[2:]]), first - timedelta(minutes=1), back=False):
        if day >= last:
            break
        found.add(day)
    return found
