"""Publish an update once, by the app's workflow, and find what it became at Expo."""

from bot.engine import rollout
from bot.engine.mobile import UpdateGroup, marked
from bot.engine.ota import UpdateFacts
from bot.engine.reasons import Reason
from bot.errors import StepFailed
from bot.pipelines import known
from bot.pipelines.dispatch import Job, once_only
from bot.pipelines.ota.ground import Ground, ground
from bot.pipelines.ota.groups import published_by, reach
from bot.pipelines.step import Step


async def publish(step: Step) -> str:
    """Publish and find the groups; what is found marked with this run is never published again."""
    here, facts = ground(step.kit, step.run), known.of_update(step.run)
    groups = await published_by(step.ask, here, facts.branch, step.run)
    if not facts.groups:
        groups = await (_appear(step, here, facts) if groups else _publish(step, here, facts))
        await _keep(step, facts, groups)
    return f"{', '.join(one.group[:8] for one in groups)} to {reach(groups[0])}" if groups else "published"


def job_of(step: Step, here: Ground, facts: UpdateFacts) -> Job:
    """Return the workflow that publishes, and what it is sent."""
    first = facts.stages[0] if facts.stages else 100
    return Job(
        file=here.config.workflow,
        inputs={
            "action": "update",
            "message": marked(step.run.why, step.run.id),
            "branch": facts.branch,
            "rollout": str(first),
        },
        what="The workflow that publishes",
        done="published",
        limit=step.kit.project.timings.deployment_timeout,
        failed=Reason.PUBLISH_FAILED,
        unknown=Reason.PUBLISH_UNKNOWN,
        say_failed=lambda said: f"The workflow that publishes failed: {said[:300].rstrip('.')}.",
    )


async def _publish(step: Step, here: Ground, facts: UpdateFacts) -> tuple[UpdateGroup, ...]:
    try:
        await once_only(step, job_of(step, here, facts))
    except StepFailed:
        # It may have failed after it had published, or nobody knows how it ended: Expo tells.
        if found := await _appear(step, here, facts):
            return found
        raise
    await step.say("published; looking for it at Expo")
    if found := await _appear(step, here, facts):
        return found
    msg = (
        f"GitHub says that it was published, and Expo lists nothing of this run on branch {facts.branch}. "
        "Retry looks again, and never publishes twice."
    )
    raise StepFailed(Reason.PUBLISH_UNKNOWN, msg)


async def _appear(step: Step, here: Ground, facts: UpdateFacts) -> tuple[UpdateGroup, ...]:
    """Wait ``timings.vendor_settle`` for what this run published to be listed, for all who have a build.

    Where runtimes differ it is a group for each, and one may be listed before the other.
    """
    timings, since = step.kit.project.timings, step.kit.clock.now()
    while True:
        found = await published_by(step.ask, here, facts.branch, step.run)
        late = (step.kit.clock.now() - since).total_seconds() >= timings.vendor_settle
        if late or (found and facts.runtimes.keys() <= {part.platform for part in rollout.parts(found)}):
            return found
        await step.pause(min(timings.poll, timings.vendor_settle))


async def _keep(step: Step, facts: UpdateFacts, groups: tuple[UpdateGroup, ...]) -> None:
    page = (await step.recall()).get("page", [""])[0]
    ids = tuple(one.group for one in groups)
    percents = {percent for one in groups for percent in one.percents}
    reached = next(iter(percents)) if len(percents) == 1 else 0
    facts = facts.model_copy(update={"groups": ids, "percent": reached})
    await step.update(mobile=facts.encode(), deployment_id=ids[0], vendor_page=page)
