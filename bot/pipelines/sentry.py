"""Tell Sentry of a release and its deploy, for people who read errors; trouble decides nothing."""

import structlog

from bot.engine.states import StepName
from bot.errors import VendorError
from bot.pipelines.counting import release_name
from bot.pipelines.needs import Kit
from bot.pipelines.places import find

log = structlog.get_logger(__name__)


async def tell_sentry(kit: Kit, run_id: int) -> None:
    """Record the release of a run that is live, and that it was deployed."""
    run = await kit.reader.view(run_id)
    there = find(kit, run.service, run.environment) if run else None
    if run is None or there is None or kit.errors is None or not there.service.sentry_project:
        return
    if not run.has(StepName.FOLLOW):  # nothing of it went live
        return
    project, version = there.service.sentry_project, release_name(kit, run)
    live = run.step(StepName.FOLLOW)
    try:
        await kit.errors.record_release(
            version,
            project=project,
            repository=there.service.repository,
            sha=run.sha,
            previous_sha="" if run.rollback else run.previous_sha,
            url=run.commit_url,
        )
        await kit.errors.record_deploy(
            version,
            environment=run.environment,
            project=project,
            name=f"pawdeploy run {run.id}",
            url=run.vendor_page,
            started=live.started_at or kit.clock.now(),
            finished=live.ended_at or kit.clock.now(),
        )
    except VendorError as error:
        log.warning("Sentry was not told", run=run.id, trouble=str(error))
