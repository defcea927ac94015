"""The step that migrates the database by a workflow, before any code moves. Never done twice, never retried.

Where the platform migrates by itself, before it starts the new code, ``follow`` tells how that goes.
"""

from dataclasses import replace

from bot.engine.migrations import Changes
from bot.engine.reasons import Reason
from bot.engine.shipping import TERMINAL, Phase, Shipment
from bot.errors import StepFailed, VendorUnavailable
from bot.pipelines.needs import Shipper
from bot.pipelines.places import Place, place
from bot.pipelines.step import Step, why


async def migrate(step: Step) -> str:
    """Run the migration workflow once and follow it to its end."""
    if step.run.changes:
        changes = Changes.from_json(step.run.changes)
        if changes.migrations_known and not changes.migrations:
            return "none among the changes"
    shipment = await _found(step) or await _start(step)
    return await _follow(step, shipment)


def _workflow(step: Step) -> tuple[Shipper, Place]:
    there = place(step.kit, step.run)
    target = replace(there.target, workflow=there.environment.migrate_workflow)
    migrator = step.kit.migrators[step.run.service, step.run.environment]
    return migrator, replace(there, target=target)


async def _found(step: Step) -> str:
    """Return the workflow run a crash left; a start that cannot be found is never made again."""
    memory = await step.recall()
    if "id" in memory:
        return memory["id"][0]
    if "known" not in memory:
        return ""
    if found := await _appears(step, frozenset(memory["known"])):
        return await _noted(step, found)
    raise _unknown(step)


async def _start(step: Step) -> str:
    migrator, there = _workflow(step)
    known = [one.id for one in await step.ask(lambda: migrator.deployments(there.target))]
    await step.remember(known=known)
    await step.stop_if_cancelled()
    try:
        return await _noted(step, await migrator.start(there.target, step.run.sha, run=step.run.id))
    except VendorUnavailable as error:
        await step.say(f"{error.vendor} did not answer, looking for the migration ({why(error)})")
        if found := await _appears(step, frozenset(known)):
            return await _noted(step, found)
        raise _unknown(step) from error


async def _noted(step: Step, shipment: Shipment) -> str:
    memory = await step.recall()
    await step.remember(**memory | {"id": [shipment.id], "page": [shipment.page]})
    await step.say("started", url=shipment.page)
    return shipment.id


async def _appears(step: Step, known: frozenset[str]) -> Shipment | None:
    (migrator, there), timings = _workflow(step), step.kit.project.timings
    since = step.kit.clock.now()
    while True:
        for shipment in await step.ask(lambda: migrator.deployments(there.target)):
            if shipment.id not in known and shipment.run == step.run.id:
                return shipment
        if (step.kit.clock.now() - since).total_seconds() >= timings.vendor_settle:
            return None
        await step.pause(min(timings.poll, timings.vendor_settle))


def _unknown(step: Step) -> StepFailed:
    workflow = place(step.kit, step.run).environment.migrate_workflow
    msg = (
        f"Whether {workflow} was started is not known, and it is never started twice. "
        "Look at it on GitHub, then ask for a new run."
    )
    return StepFailed(Reason.MIGRATION_UNKNOWN, msg)


async def _follow(step: Step, run: str) -> str:
    (migrator, there), timings = _workflow(step), step.kit.project.timings
    while True:
        seen = await step.ask(lambda: migrator.look(there.target, run))
        if seen.phase is Phase.LIVE:
            return "migrated"
        if seen.phase in TERMINAL:
            said = await migrator.last_lines(there.target, run)
            raise StepFailed(Reason.MIGRATION_FAILED, failed(seen.failing or seen.raw), said=said)
        if step.overdue(timings.deployment_timeout):
            msg = f"The migration was still {seen.raw} after {timings.deployment_timeout / 60:.0f} min."
            raise StepFailed(Reason.MIGRATION_UNKNOWN, f"{msg} Look at it on GitHub before anything else.")
        await step.say(seen.phase.value)
        await step.pause(timings.poll)


def failed(said: str) -> str:
    """Say that a migration failed and what must not be done."""
    return f"The migration failed: {said[:300].rstrip('.')}. Do not run it again before somebody has looked."
