"""What Sentry tells one look at a stage: errors before the update, those of it, new unhandled ones."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from bot.engine.errors_watch import Bucket, NewIssue, Plan, Series
from bot.engine.states import StepName
from bot.errors import VendorError
from bot.pipelines import known
from bot.pipelines.counting import Counts
from bot.pipelines.ota.ground import Ground
from bot.pipelines.step import Step

log = structlog.get_logger(__name__)

_LONG = timedelta(days=14)
_HOUR = 3600


async def count(step: Step, here: Ground, plan: Plan, began: datetime) -> Counts:
    """Ask Sentry once; silence and refusals are told, never taken for "no errors".

    Before is the whole app before anybody had the update; after is the update alone, where the app's events
    name it, since this stage ``began``.
    """
    now, project, where = step.kit.clock.now(), here.app.sentry_project, step.run.environment
    if step.kit.errors is None or not project:
        return Counts(live_at=began, at=now, trouble="no Sentry project is configured")
    errors, bucket = step.kit.errors, int(plan.bucket)
    out_at = step.run.step(StepName.PUBLISH).started_at or began
    try:
        before = await errors.errors(
            project, where, start=out_at - timedelta(seconds=plan.baseline), end=out_at, bucket=bucket
        )
        after, issues = Series(), tuple[NewIssue, ...]()
        for tag in _tags(step, here):
            seen = await errors.errors(project, where, start=began, end=now, bucket=bucket, tag=tag)
            after = together(after, seen)
            issues += await errors.unhandled_since(project, where, since=out_at, tag=tag)
        heard = bool(before.errors or after.errors) or bool(
            (await errors.errors(project, where, start=now - _LONG, end=now, bucket=_HOUR)).errors
        )
        named = bool(after.errors) or await _named(step, here, now)
    except VendorError as error:
        log.warning("a look at an update saw nothing", run=step.run.id, trouble=str(error))
        return Counts(live_at=began, at=now, trouble=str(error)[:200])
    return Counts(
        live_at=began, at=now, before=before, after=after, issues=once(issues), heard=heard, named=named
    )


async def _named(step: Step, here: Ground, now: datetime) -> bool:
    """Say whether Sentry has heard any event that names an update: an app may not set the tag at all."""
    tag, errors = here.ota.update_tag, step.kit.errors
    if not tag or errors is None:
        return True
    project, where = here.app.sentry_project, step.run.environment
    seen = await errors.errors(project, where, start=now - _LONG, end=now, bucket=_HOUR, tag=(tag, ""))
    return bool(seen.errors)


def _tags(step: Step, here: Ground) -> list[tuple[str, str]]:
    """Return the tags whose events are of this update; one without a name stands for the whole app."""
    if not here.ota.update_tag:
        return [("", "")]
    return [(here.ota.update_tag, group) for group in known.of_update(step.run).groups]


def together(one: Series, other: Series) -> Series:
    """Add two series of the same time and buckets."""
    counted: dict[datetime, Bucket] = {}
    for bucket in (*one.buckets, *other.buckets):
        had = counted.get(bucket.start)
        counted[bucket.start] = Bucket(bucket.start, bucket.seconds, bucket.count + (had.count if had else 0))
    return Series(tuple(counted[start] for start in sorted(counted)))


def once(issues: Sequence[NewIssue]) -> tuple[NewIssue, ...]:
    """Return each issue once, wherever it was seen."""
    return tuple({issue.url or issue.title: issue for issue in issues}.values())
