"""What failed migrations left behind: the run, and the end of its log. Reads only."""

from sqlalchemy import or_
from sqlmodel import col, select

from bot.db.runs_reader import RunsReader
from bot.db.session import Database
from bot.db.tables import Post, Run, Step
from bot.engine.reasons import Reason
from bot.engine.runs import RunView
from bot.engine.states import StepName, StepState

_FAILED = [Reason.MIGRATION_FAILED.value, Reason.MIGRATION_UNKNOWN.value]
_MIGRATES = [StepName.MIGRATE.value]


class RunsLogReader:
    """Answers questions about what runs wrote when they failed."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._runs = RunsReader(db)

    async def failed_migration(self, service: str, environment: str) -> RunView | None:
        """Return the newest run there whose migration failed, or ended nobody knows how."""
        step = (
            select(Step)
            .where(Step.run_id == Run.id, Step.state == StepState.FAILED.value)
            .where(col(Step.name).in_(_MIGRATES))
        )
        query = (
            select(col(Run.id))
            .where(Run.service == service, Run.environment == environment)
            .where(or_(col(Run.reason).in_(_FAILED), step.exists()))
            .order_by(col(Run.id).desc())
            .limit(1)
        )
        found = await self._db.look(lambda session: session.scalars(query).one_or_none())
        return None if found is None else await self._runs.view(found)

    async def said(self, run: RunView) -> tuple[str, ...]:
        """Return the end of the log the newest attempt to leave one left, oldest line first."""
        keys = [f"run:{run.id}:log:{attempt}" for attempt in range(1, run.attempt + 1)]
        query = select(Post).where(col(Post.key).in_(keys))
        bodies = await self._db.look(lambda session: {post.key: post.body for post in session.scalars(query)})
        newest = next((bodies[key] for key in reversed(keys) if key in bodies), "")
        return tuple(newest.splitlines())
