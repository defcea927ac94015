"""Runs as people see them: rows in, frozen ``RunView`` out. Reads only."""

import json
from dataclasses import dataclass

from sqlalchemy import and_, bindparam
from sqlalchemy.orm import Session, aliased
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.db._run_views import in_line_of, view
from bot.db.session import Database
from bot.db.tables import Run, Step
from bot.engine.aftermath import TAKEN_BACK
from bot.engine.runs import RunView
from bot.engine.states import ACTIVE, BACK, RunKind, RunState, StepName, StepState

_LISTED = 20
_UPDATES = (RunKind.UPDATE, RunKind.UPDATE_BACK)
_BY_ID = select(Run).where(col(Run.id) == bindparam("run"))
_STATE = select(col(Run.state)).where(col(Run.id) == bindparam("run"))
_BACK_IN_LINE = (
    select(col(Run.id))
    .where(Run.service == bindparam("service"), Run.environment == bindparam("environment"))
    .where(col(Run.kind).in_([kind.value for kind in BACK]), Run.state == RunState.WAITING.value)
    .order_by(col(Run.id))
    .limit(1)
)
"""What every wait asks, put together once: making a query takes longer than asking it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Start:
    """What it takes to start a run's workflow again."""

    run_id: int
    attempt: int
    starts: int
    state: RunState
    service: str
    environment: str
    kind: RunKind


class RunsReader:
    """Answers questions about runs."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def _one(self, query: SelectOfScalar[Run], **bound: int) -> RunView | None:
        def look(session: Session) -> RunView | None:
            run = session.scalars(query, bound).one_or_none()
            return None if run is None else view(session, run)

        return await self._db.look(look)

    async def _all(self, query: SelectOfScalar[Run]) -> tuple[RunView, ...]:
        return await self._db.look(
            lambda session: tuple([view(session, run) for run in session.scalars(query).all()])
        )

    async def view(self, run_id: int) -> RunView | None:
        """Return run ``run_id``, or None when there is none."""
        return await self._one(_BY_ID, run=run_id)

    async def state(self, run_id: int) -> RunState:
        """Return how run ``run_id`` stands, where nothing else of it is asked."""
        return RunState(await self._db.look(lambda session: session.scalars(_STATE, {"run": run_id}).one()))

    async def of_key(self, key: str) -> RunView | None:
        """Return the run that the delivery ``key`` asked for, if it did."""
        return await self._one(select(Run).where(Run.key == key))

    async def of_deployment(self, deployment_id: str) -> int | None:
        """Return the run whose card tells how a deployment fares; one that ended well tells no more."""
        query = (
            select(col(Run.id))
            .where(Run.deployment_id == deployment_id, Run.state != RunState.SUCCEEDED.value)
            .order_by(col(Run.id).desc())
            .limit(1)
        )
        return await self._db.look(lambda session: session.scalar(query))

    async def history(self, environment: str | None, *, limit: int) -> tuple[RunView, ...]:
        """Return the newest runs first, of one environment or of all."""
        query = select(Run).order_by(col(Run.id).desc()).limit(limit)
        if environment is not None:
            query = query.where(Run.environment == environment)
        return await self._all(query)

    async def lane(self, service: str, environment: str) -> tuple[RunView, ...]:
        """Return the active runs of one service in one environment, oldest first."""
        query = (
            select(Run)
            .where(Run.service == service, Run.environment == environment)
            .where(col(Run.state).in_([state.value for state in ACTIVE]))
            .order_by(col(Run.id))
        )
        return await self._all(query)

    async def shipped_after(self, run: RunView) -> RunView | None:
        """Return a newer run that got as far as shipping to the same place, if there is one."""
        query = (
            select(Run)
            .where(Run.service == run.service, Run.environment == run.environment, col(Run.id) > run.id)
            .where(col(Run.deployment_id) != "", in_line_of(run.kind))
            .order_by(col(Run.id).desc())
            .limit(1)
        )
        return await self._one(query)

    async def good_runs(self, service: str, environment: str) -> tuple[RunView, ...]:
        """Return the runs that ended well there, newest first: what one can go back to."""
        query = (
            select(Run)
            .where(Run.service == service, Run.environment == environment)
            .where(Run.state == RunState.SUCCEEDED.value, col(Run.sha) != "")
            .where(col(Run.kind).in_([RunKind.DEPLOY.value, RunKind.ROLLBACK.value]))
            .order_by(col(Run.ended_at).desc(), col(Run.id).desc())
            .limit(_LISTED)
        )
        return await self._all(query)

    async def ran_before(self, service: str, environment: str, sha: str) -> str:
        """Return the commit that ran there before the newest run shipped ``sha``; empty when not known."""
        query = (
            select(col(Run.previous_sha))
            .where(Run.service == service, Run.environment == environment, Run.sha == sha)
            .where(col(Run.deployment_id) != "", col(Run.previous_sha).not_in(["", sha]))
            .order_by(col(Run.id).desc())
            .limit(1)
        )
        return await self._db.look(lambda session: session.scalar(query)) or ""

    async def rollback_in_line(self, run: RunView) -> int | None:
        """Return the way back that waits for ``run`` to leave the place, if one does."""
        place = {"service": run.service, "environment": run.environment}
        return await self._db.look(lambda session: session.scalar(_BACK_IN_LINE, place))

    async def taken(self, run: RunView) -> frozenset[str]:
        """Return the deployments other runs to the same place hold: none of them can be this run's."""
        query = (
            select(col(Run.deployment_id))
            .where(Run.service == run.service, Run.environment == run.environment, col(Run.id) != run.id)
            .where(col(Run.deployment_id) != "")
        )
        return await self._db.look(lambda session: frozenset(session.scalars(query)))

    async def unfollowed(self, run: RunView) -> tuple[tuple[int, str], ...]:
        """Return (run, deployment) of other runs to the same place whose deployment nobody saw end."""
        over = [RunState.SUCCEEDED.value, RunState.CANCELLED.value]
        query = (
            select(col(Run.id), col(Run.deployment_id))
            .join(Step, and_(col(Step.run_id) == col(Run.id), col(Step.name) == StepName.FOLLOW.value))
            .where(Run.service == run.service, Run.environment == run.environment, col(Run.id) != run.id)
            .where(col(Run.deployment_id) != "", col(Run.state).not_in(over))
            .where(col(Step.state) != StepState.DONE.value)
            .order_by(col(Run.id).desc())
        )
        found = await self._db.look(lambda session: session.execute(query).all())
        return tuple((number or 0, deployment) for number, deployment in found)

    async def newest_of(
        self, service: str, environment: str, kinds: frozenset[RunKind], *, limit: int = 20
    ) -> tuple[RunView, ...]:
        """Return the newest runs of some kinds there, newest first."""
        query = (
            select(Run)
            .where(Run.service == service, Run.environment == environment)
            .where(col(Run.kind).in_([kind.value for kind in kinds]))
            .order_by(col(Run.id).desc())
            .limit(limit)
        )
        return await self._all(query)

    async def active(self) -> tuple[Start, ...]:
        """Return every run the bot still owes work."""
        query = select(Run).where(col(Run.state).in_([state.value for state in ACTIVE])).order_by(col(Run.id))
        return await self._db.look(lambda session: tuple(_start(run) for run in session.scalars(query)))

    async def regressed(self) -> tuple[int, ...]:
        """Return runs whose watch saw them hurt, neither taken back nor shipped over."""
        after = aliased(Run)
        back = select(after).where(after.parent_id == Run.id, col(after.automatic))
        over = select(after).where(
            after.service == Run.service,
            after.environment == Run.environment,
            col(after.id) > Run.id,
            col(after.deployment_id) != "",
            (col(Run.kind) != RunKind.UPDATE.value) | col(after.kind).in_([kind.value for kind in _UPDATES]),
        )
        query = (
            select(col(Run.id))
            .where(Run.state == RunState.FAILED.value)
            .where(col(Run.reason).in_([reason.value for reason in TAKEN_BACK]))
            .where(~back.exists(), ~over.exists())
        )
        return await self._db.look(lambda session: tuple(found or 0 for found in session.scalars(query)))

    async def start_of(self, run_id: int) -> Start:
        """Return how run ``run_id`` stands for its workflow."""
        query = select(Run).where(Run.id == run_id)
        return await self._db.look(lambda session: _start(session.scalars(query).one()))

    async def memory(self, run_id: int, name: StepName) -> dict[str, list[str]]:
        """Return what a step kept for itself."""
        query = select(col(Step.memory)).where(Step.run_id == run_id, Step.name == name)
        kept = await self._db.look(lambda session: session.scalars(query).one())
        return {} if not kept else {key: list(value) for key, value in json.loads(kept).items()}


def _start(run: Run) -> Start:
    return Start(
        run_id=run.id or 0,
        attempt=run.attempt,
        starts=run.starts,
        state=RunState(run.state),
        service=run.service,
        environment=run.environment,
        kind=RunKind(run.kind),
    )
