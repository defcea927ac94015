"""Errors of the last quarter of an hour against the hours before this began: whether they rose."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.engine.errors_math import binomial_tail
from bot.engine.errors_watch import Bucket, Series
from bot.engine.errors_words import number
from bot.engine.incidents import Finding, Status
from bot.incidents.looks.needs import Kit, LookPlace
from bot.incidents.looks.where import find
from bot.incidents.looks.words import about, length, unknown
from playbooks.steps import ErrorsProbe

LATELY = timedelta(minutes=15)
BEFORE = timedelta(hours=6)
BUCKET = 60
FOLD, LEAST, CHANCE = 2.0, 10, 0.01
"""Clearly more: so many times as many, at least so many errors, and less than this chance of being luck."""


async def look(probe: ErrorsProbe, place: LookPlace, kit: Kit, since: datetime) -> Finding:
    """Count and compare; what was counted during the incident is no measure of what is usual."""
    spot = find(kit.project, probe, place, counted=True)
    if isinstance(spot, str):
        return unknown(spot)
    if kit.errors is None:
        return unknown("No Sentry is configured, so nobody counts errors.")
    if not spot.service.sentry_project:
        return unknown(f"{spot.service.name} has no sentry_project in pawdeploy.toml.")
    now = kit.clock.now()
    project, until = spot.service.sentry_project, min(since, now - LATELY)
    early = await kit.errors.errors(project, spot.name, start=until - BEFORE, end=until, bucket=BUCKET)
    late = await kit.errors.errors(project, spot.name, start=now - LATELY, end=now, bucket=BUCKET)
    return judge(early, late, "before" if until >= now - LATELY else "before this began")


def judge(early: Series, late: Series, when: str = "before") -> Finding:
    """Compare what was usual with what there is lately; ``when``: how the time of the first is called."""
    if not late.seconds:
        return unknown("Sentry has not counted the last minutes yet.")
    now_rate = late.errors / late.seconds * 60
    if not early.seconds:
        return unknown("Sentry tells nothing of before, so nobody can say whether there are more errors.")
    then_rate = early.errors / early.seconds * 60
    told = (
        f"{number(now_rate)} errors a minute in the last {length(timedelta(seconds=late.seconds))}, "
        f"{number(then_rate)} in the {length(timedelta(seconds=early.seconds))} {when}"
    )
    share = late.seconds / (late.seconds + early.seconds)
    luck = binomial_tail(round(late.errors), round(late.errors + early.errors), share)
    more = late.errors >= LEAST and now_rate >= FOLD * then_rate and luck < CHANCE
    details = (told, *_hours([*early.buckets, *late.buckets]))
    if more and then_rate:
        said = f"{about(now_rate / then_rate)} times as many errors a minute as before."
    else:
        said = (
            f"{about(now_rate)} errors a minute where there were none."
            if more
            else "No clear rise of errors."
        )
    return Finding(status=Status.BAD if more else Status.OK, said=said, details=details)


def _hours(buckets: Sequence[Bucket]) -> list[str]:
    """Say how many there were hour by hour, oldest first."""
    counts: dict[datetime, float] = {}
    for bucket in buckets:
        hour = bucket.start.replace(minute=0, second=0, microsecond=0)
        counts[hour] = counts.get(hour, 0) + bucket.count
    return [f"From {hour:%H:%M} UTC: {count:.0f} errors" for hour, count in counts.items()]
