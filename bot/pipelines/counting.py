"""What Sentry tells one look of a watch: errors before and after, new issues; or why it tells nothing."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot.engine.errors_watch import NewIssue, Plan, Series
from bot.engine.runs import RunView
from bot.engine.states import StepName
from bot.errors import VendorError
from bot.pipelines.needs import Kit
from bot.pipelines.places import place
from bot.pipelines.step import Step

log = structlog.get_logger(__name__)

_LONG = timedelta(days=14)
_HOUR = 3600


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """What one look knows. ``trouble`` says why something is missing."""

    live_at: datetime
    at: datetime
    before: Series = field(default_factory=Series)
    after: Series = field(default_factory=Series)
    issues: tuple[NewIssue, ...] = ()
    heard: bool = False
    named: bool = True
    """Sentry has heard events that name an update; without them, none that names this one says nothing."""
    trouble: str = ""


def release_name(kit: Kit, run: RunView) -> str:
    """Return how the service calls the release of this run's commit."""
    sentry = kit.project.sentry
    return sentry.named(service=run.service, sha=run.sha) if sentry else run.sha


async def count(step: Step, plan: Plan, live_at: datetime) -> Counts:
    """Ask Sentry once; silence and refusals are told, never taken for "no errors"."""
    now, project = step.kit.clock.now(), place(step.kit, step.run).service.sentry_project
    if step.kit.errors is None or not project:
        return Counts(live_at=live_at, at=now, trouble="no Sentry project is configured")
    errors, where, bucket = step.kit.errors, step.run.environment, int(plan.bucket)
    # It may serve, and fail, before we hear that it is live: what came since it was shipped is no "before".
    shipped_at = min(live_at, step.run.step(StepName.SHIP).started_at or live_at)
    try:
        before = await errors.errors(
            project,
            where,
            start=shipped_at - timedelta(seconds=plan.baseline),
            end=shipped_at,
            bucket=bucket,
        )
        after = await errors.errors(project, where, start=live_at, end=now, bucket=bucket)
        issues = await errors.new_issues(
            release_name(step.kit, step.run),
            project=project,
            environment=where,
            since=step.run.step(StepName.SHIP).started_at or live_at,
        )
        heard = bool(before.errors or after.errors) or bool(
            (await errors.errors(project, where, start=now - _LONG, end=now, bucket=_HOUR)).errors
        )
    except VendorError as error:
        log.warning("a look saw nothing", run=step.run.id, trouble=str(error))
        return Counts(live_at=live_at, at=now, trouble=str(error)[:200])
    return Counts(live_at=live_at, at=now, before=before, after=after, issues=issues, heard=heard)
