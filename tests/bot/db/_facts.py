"""What the stores' tests speak of: a moment, a request, a run on its way."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from bot.db.runs_store import RunsStore
from bot.engine.states import RunState

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
ANN, BEN = "U0ANNREQ001", "U0BENAPP001"
DEPLOYS = "C0DEPLOYS01"
_ROADS = {
    RunState.PREPARING: (),
    RunState.WAITING: (RunState.WAITING,),
    RunState.RUNNING: (RunState.WAITING, RunState.RUNNING),
    RunState.CANCELLING: (RunState.CANCELLING,),
    RunState.SUCCEEDED: (RunState.WAITING, RunState.RUNNING, RunState.SUCCEEDED),
    RunState.FAILED: (RunState.FAILED,),
    RunState.REFUSED: (RunState.REFUSED,),
    RunState.CANCELLED: (RunState.CANCELLING, RunState.CANCELLED),
}


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


async def a_run(
    runs: RunsStore, key="trigger:1", *, state=RunState.PREPARING, environment="staging", by=ANN, line=0.0
) -> int:
    """Request a run and bring it to ``state``; ``line`` is when it got in line, seconds after noon."""
    run_id = await runs.create(
        key=key,
        service="api",
        environment=environment,
        ref="main",
        again=False,
        by=by,
        at=NOON,
        card_channel=DEPLOYS,
    )
    for target in _ROADS[state]:
        fields = {"line_at": later(line)} if target is RunState.WAITING else {}
        assert await runs.move(run_id, target, at=NOON, actor=by, fields=fields)
    return run_id


async def execute(db, statement: str, **values) -> None:
    """Do to the database what no store would."""
    await db.change(lambda session: session.execute(text(statement), values))


async def scalar(db, query: str, **values):
    return await db.look(lambda session: session.execute(text(query), values).scalar())
