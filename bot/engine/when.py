"""Times and lengths of time as people type and read them. Pure: moment and time zone are passed in."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FARTHEST = timedelta(days=366)
"""Nothing is held longer than a year by a slip of the finger."""
EXAMPLES = "`for 2h`, `until 18:00`, `until fri 8:00` or `until 2026-12-24 18:00`"
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}
_LENGTH = re.compile(r"(\d{1,6})\s*(d|days?|h|hours?|hrs?|m|mins?|minutes?)(?![a-z])\s*", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*(am|pm)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment in the future, aware UTC."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Misread:
    """What people typed is no moment: what is wrong with it, and what to write instead. Raw text."""

    problem: str
    advice: str


def find_zone(name: str) -> ZoneInfo | None:
    """Return the time zone called ``name`` (``Europe/Berlin``), or None when there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown; a path; a folder of zones such as "Europe"
        return None


def instants(local: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """Return the moments (aware UTC, in order) at which clocks in ``zone`` show ``local`` (naive).

    Two when clocks are turned back over it. When they are turned forward over it they never show it: then
    the one moment at which they jump.
    """
    first, second = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first == second:
        return (first,)
    if first < second:
        return first, second
    low, high = second, first  # in a gap the two readings lie on either side of the jump
    before = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        low, high = (middle, high) if middle.astimezone(zone).utcoffset() == before else (low, middle)
    return (high,)


def parse_length(text: str) -> timedelta | None:
    """Read ``2h``, ``2h30m``, ``2 h 30 min``, ``3d``; None when it is no length of time."""
    rest, total = text.strip().lower(), timedelta()
    if not rest:
        return None
    while rest and total <= FARTHEST:
        if not (found := _LENGTH.match(rest)):
            return None
        total += timedelta(**{_UNITS[found[2][0]]: int(found[1])})
        rest = rest[found.end() :]
    return total


def parse_when(text: str, now: datetime, zone: ZoneInfo) -> Moment | Misread:
    """Read ``for 2h``, ``45m``, ``until 18:00``, ``until fri 8:00``, ``until 2026-12-24 18:00``, ``... utc``.

    A time of day without a day is the next one to come, on clocks in ``zone``. Only the future is returned.
    """
    words = text.strip().lower().split()
    kind = words.pop(0) if words and words[0] in {"for", "until", "till"} else ""
    if not words:
        return Misread("no time is given", f"write {EXAMPLES}")
    length = parse_length(" ".join(words))
    if length is not None:
        if length <= timedelta():
            return Misread(f"“{' '.join(words)}” is no time at all", f"write {EXAMPLES}")
        return Misread(*_TOO_FAR) if length > FARTHEST else Moment(now + length)
    if kind == "for":
        return Misread(
            f"“{' '.join(words)}” is no length of time", "write `for 45m`, `for 2h30m` or `for 3d`"
        )
    if words[-1] == "utc":
        zone = ZoneInfo("UTC")
        words.pop()
    return _until(words, now, zone)


_TOO_FAR = ("that is more than a year away", "name a day within a year; a hold can be set again")


def _until(words: list[str], now: datetime, zone: ZoneInfo) -> Moment | Misread:
    today = now.astimezone(zone).date()
    typed = " ".join(words)
    days = _days(words[0], today) if words else None
    at = _clock("".join(words if days is None else words[1:]))
    if days and len(words) == 1:
        return Misread(f"“{typed}” names a day and no time", f"write `until {typed} 8:00`")
    if at is None:
        return Misread(f"“{typed}” is no time", f"write {EXAMPLES}")
    if days and abs(days[0] - today) > FARTHEST + timedelta(days=1):  # before the calendar itself ends
        return Misread(*_TOO_FAR) if days[0] > today else Misread(*_over(typed))
    every = days or (today, today + timedelta(days=1), today + timedelta(days=2))
    coming = (instants(datetime.combine(day, at), zone)[-1] for day in every)
    moment = next((moment for moment in coming if moment > now), None)
    if moment is None:
        return Misread(*_over(typed))
    return Misread(*_TOO_FAR) if moment - now > FARTHEST else Moment(moment)


def _over(typed: str) -> tuple[str, str]:
    return f"“{typed}” is over", f"write a time to come: {EXAMPLES}"


def _days(word: str, today: date) -> tuple[date, ...] | None:
    """Return the days a word may mean, nearest first; None when it names no day."""
    if word in {"today", "tomorrow"}:
        return (today + timedelta(days=int(word == "tomorrow")),)
    named = [number for number, day in enumerate(_DAYS) if len(word) >= 3 and day.startswith(word)]
    if named:
        ahead = (named[0] - today.weekday()) % 7
        return today + timedelta(days=ahead), today + timedelta(days=ahead + 7)
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", word, re.ASCII):
        return None
    try:
        return (date.fromisoformat(word),)
    except ValueError:
        return None


def _clock(word: str) -> time | None:
    """Read ``18:00``, ``8am``, ``8:30pm``; a bare number is no time of day."""
    found = _CLOCK.fullmatch(word)
    if not found or not (found[2] or found[3]):
        return None
    hour, minute = int(found[1]), int(found[2] or 0)
    if found[3]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found[3] == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def say_duration(seconds: float) -> str:
    """Say a length of time: ``0.4 s``, ``42 s``, ``1 min 42 s``, ``2 h 05 min``, ``3 days``."""
    seconds = max(0.0, seconds)
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s" if whole % 60 else f"{whole // 60} min"
    if whole < 48 * 3600:
        return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
    return f"{whole // 86400} days"


def until_words(until: datetime | None, now: datetime, zone: ZoneInfo) -> str:
    """Say when something ends, on clocks in ``zone``: ``until 18:00 CET``, ``until Fri 08:00 CET``.

    The date is given when the day's name alone would not do; without an end: ``until somebody ends it``.
    """
    if until is None:
        return "until somebody ends it"
    local = until.astimezone(zone)
    away = (local.date() - now.astimezone(zone).date()).days
    day = "" if away == 0 else f"{local:%a} " if 0 < away < 7 else f"{local:%Y-%m-%d} "
    return f"until {day}{local:%H:%M %Z}"
