"""Reads a series of error counts, or refuses to: what is late, missing or of another width is no evidence.

Pure: an answer in, whole buckets out.
"""

from datetime import UTC, datetime, timedelta

from bot.engine.errors_watch import Bucket, Series
from bot.errors import VendorRejected, VendorUnavailable
from bot.integrations.sentry._api import VENDOR
from bot.integrations.sentry.models import TimeSeriesAnswer


def within(start: datetime, end: datetime, bucket: int) -> tuple[datetime, datetime]:
    """Return the outermost bucket boundaries inside ``start`` to ``end``; Sentry counts from 1970."""
    first = -(-start.timestamp() // bucket) * bucket
    last = end.timestamp() // bucket * bucket
    return datetime.fromtimestamp(first, UTC), datetime.fromtimestamp(last, UTC)


def read(answer: TimeSeriesAnswer, *, first: datetime, last: datetime, bucket: int, doing: str) -> Series:
    """Return the complete buckets from ``first`` to ``last``; raises as ``Sentry.errors`` does."""
    if len(answer.series) != 1:
        raise VendorUnavailable(VENDOR, doing, detail="the answer holds no count of errors")
    series = answer.series[0]
    if series.meta.interval != bucket * 1000:
        detail = f"it counts in buckets of {series.meta.interval / 1000:g} s, not {bucket} s"
        raise VendorRejected(VENDOR, doing, detail=detail)
    points = {point.timestamp: point for point in series.values}
    buckets: list[Bucket] = []
    at = first
    while at < last:
        point = points.get(at.timestamp() * 1000)
        if point is None:
            raise VendorUnavailable(VENDOR, doing, detail=f"the count of {at:%H:%M:%S} UTC is missing")
        if point.incomplete:
            break  # and all after it: a hole in the middle would be read as the end of a spike
        buckets.append(Bucket(start=at, seconds=bucket, count=point.value))
        at += timedelta(seconds=bucket)
    return Series(buckets=tuple(buckets))
