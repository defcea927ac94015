"""A no said while a run stands in line stops it at once; its turn, should that come first, sees it too."""

from bot.db.runs_store import StepChange
from bot.engine.aftermath import not_done
from bot.engine.consent import Rejected
from bot.engine.reasons import Reason
from bot.engine.states import MOBILE, RunState, StepName, StepState
from bot.pipelines import known
from bot.pipelines.needs import Kit
from bot.pipelines.standing import counted, no_consent


async def stop_if_rejected(kit: Kit, run_id: int) -> None:
    """Refuse the run if it waits for its turn and somebody has said no; one that prepares sees it itself.

    Its place in line stays until its turn, which finds nothing to do.
    """
    run = await kit.reader.view(run_id)
    if run is None or run.state is not RunState.WAITING or run.asking is None:
        return
    now = kit.clock.now()
    verdict = counted(run, now)
    if not isinstance(verdict, Rejected):
        return
    why = str(no_consent(verdict))
    await kit.runs.move(
        run_id,
        RunState.REFUSED,
        at=now,
        actor="pawdeploy",
        attempt=run.attempt,
        only_from=frozenset({RunState.WAITING}),
        reason=Reason.REJECTED,
        step=StepChange(name=StepName.LINE, state=StepState.FAILED, ended_at=now, note=why[:200]),
        fields={
            "reason": Reason.REJECTED.value,
            "detail": why,
            "not_done": not_done(
                StepName.LINE,
                run.environment,
                started=False,
                kind=run.kind,
                out=run.kind in MOBILE and known.out(run),
            ),
            "ended_at": now,
        },
    )
    kit.cards.changed()
