"""The step that migrates the database by a workflow, before any code moves. Never done twice, never retried.

Where the platform migrates by itself, before it starts the new code, ``follow`` tells how that goes.
"""

from bot.engine.migrations import Changes
from bot.engine.reasons import Reason
from bot.pipelines.dispatch import Job, once_only
from bot.pipelines.places import place
from bot.pipelines.step import Step


async def migrate(step: Step) -> str:
    """Run the migration workflow once and follow it to its end."""
    if step.run.changes:
        changes = Changes.from_json(step.run.changes)
        if changes.migrations_known and not changes.migrations:
            return "none among the changes"
    job = Job(
        file=place(step.kit, step.run).environment.migrate_workflow,
        what="The migration",
        done="migrated",
        limit=step.kit.project.timings.deployment_timeout,
        failed=Reason.MIGRATION_FAILED,
        unknown=Reason.MIGRATION_UNKNOWN,
        say_failed=failed,
    )
    return await once_only(step, job)


def failed(said: str) -> str:
    """Say that a migration failed and what must not be done."""
    return f"The migration failed: {said[:300].rstrip('.')}. Do not run it again before somebody has looked."
