"""One look at an environment a commit soaks in: what is live, is it well, are errors open. Writes it down.

Time nobody looked at counts for nothing, so a vendor that does not say what is live leaves no sample.
"""

from datetime import timedelta

import structlog

from bot.engine.health import unwell
from bot.engine.soak import Sample
from bot.errors import VendorError
from bot.pipelines.needs import Kit
from bot.pipelines.places import Place, find

log = structlog.get_logger(__name__)

UNREADABLE = "errors are not readable"
_NEVER_HEARD_OF = 404
_LONG = timedelta(days=14)
"""How far back an error counts as new in its release."""


async def observe(kit: Kit, service: str, environment: str) -> bool:
    """Take one sample of a place; false when nothing is known to be live there.

    Raises:
        VendorError: when the vendor does not say what is live; then there is no sample.

    """
    there = find(kit, service, environment)
    if there is None:
        return False
    at = kit.clock.now()
    live = await there.shipper.live(there.target)
    if live is None or not live.sha:
        return False
    why = await _unhealthy(kit, there, live.sha) or await _alert(kit, there, live.sha)
    sample = Sample(sha=live.sha, good=not why, at=at, why=why)
    await kit.soaks.sample(service, environment, sample, _gap(kit.project.timings.soak_poll))
    return True


def _gap(every: float) -> float:
    """Return how far apart two looks may be and still join, in seconds: a look may be late."""
    return max(3 * every, every + 30)


async def _unhealthy(kit: Kit, there: Place, sha: str) -> str:
    """Say what is wrong with its health; empty when nothing is."""
    env = there.environment
    answer = await kit.probe.look(
        env.base_url, env.health_path, env.health_commit, kit.project.timings.smoke_timeout
    )
    said = unwell(answer, sha)
    return f"health: {said}" if said else ""


async def _alert(kit: Kit, there: Place, sha: str) -> str:
    """Say which unhandled error the live release brought; empty when none, or where nobody counts them."""
    project = there.service.sentry_project
    if kit.errors is None or kit.project.sentry is None or not project:
        return ""
    version = kit.project.sentry.named(service=there.service.name, sha=sha)
    try:
        issues = await kit.errors.new_issues(
            version,
            project=project,
            environment=there.target.environment,
            since=kit.clock.now() - _LONG,
        )
    except VendorError as error:
        if error.status == _NEVER_HEARD_OF:
            return ""  # Sentry knows an environment from its first event on: this one has had none
        log.warning("errors are not readable", service=there.service.name, trouble=str(error))
        return UNREADABLE
    return f"open alert: {issues[0].title[:120]}" if issues else ""
