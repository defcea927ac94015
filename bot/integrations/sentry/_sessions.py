"""Reads how sessions of a release ended, hour by hour. Pure: an answer in, one number of whole hours out."""

from datetime import datetime, timedelta

from bot.engine.crash_free import GRAIN, CrashFree
from bot.errors import VendorUnavailable
from bot.integrations.sentry._api import VENDOR
from bot.integrations.sentry.models import SessionsAnswer

SESSIONS, CRASH_FREE = "sum(session)", "crash_free_rate(session)"


def read(answer: SessionsAnswer, *, release: str, now: datetime, doing: str) -> CrashFree | None:
    """Return the sessions of every hour that is over; None without any. ``VendorUnavailable``: unreadable.

    Sentry rounds the time it was asked for to whole hours, the running one among them.
    """
    if len(answer.groups) > 1:
        raise VendorUnavailable(VENDOR, doing, detail="the answer holds sessions of more than one release")
    if not answer.groups:
        return None
    series, hours = answer.groups[0].series, answer.intervals
    counts, rates = series.get(SESSIONS, ()), series.get(CRASH_FREE, ())
    if not len(hours) == len(counts) == len(rates):
        raise VendorUnavailable(VENDOR, doing, detail="the answer holds no sessions by the hour")
    grain = timedelta(seconds=GRAIN)
    sessions, well, until = 0.0, 0.0, None
    for hour, count, rate in zip(hours, counts, rates, strict=True):
        if not count or hour + grain > now:
            continue
        if rate is None or rate > 1:
            raise VendorUnavailable(VENDOR, doing, detail=f"the rate of {hour:%H:%M} UTC is missing")
        sessions, well, until = sessions + count, well + count * rate, hour + grain
    if until is None:
        return None
    return CrashFree(release=release, sessions=round(sessions), rate=min(1.0, well / sessions), until=until)
