"""Close a run for the world: stop what was started when it was cancelled, and tell GitHub how it ended."""

from datetime import datetime

import structlog

from bot.db.runs_store import StepChange
from bot.engine.errors_verdict import Inconclusive, decode
from bot.engine.reasons import Reason
from bot.engine.runs import RunView
from bot.engine.shipping import TERMINAL, Phase
from bot.engine.states import ENDED, MOBILE, RunKind, RunState, StepName, StepState
from bot.errors import VendorError
from bot.pipelines import mobile, owed, workflow
from bot.pipelines.needs import Kit, RecordState
from bot.pipelines.places import Place, find
from bot.pipelines.ship import may_be_ours

log = structlog.get_logger(__name__)

_GITHUB_STATES: dict[RunState, tuple[RecordState, str]] = {
    RunState.RUNNING: ("in_progress", "deploying"),
    RunState.SUCCEEDED: ("success", "deployed and verified"),
    RunState.FAILED: ("failure", "failed"),
    RunState.REFUSED: ("failure", "refused"),
    RunState.CANCELLED: ("inactive", "cancelled"),
}


async def finish(kit: Kit, run_id: int, attempt: int) -> None:
    """Every step is done: the run has succeeded."""
    run = await _run(kit, run_id)
    now, reason = kit.clock.now(), how_it_ended(run)
    await kit.runs.move(
        run_id,
        RunState.SUCCEEDED,
        at=now,
        actor="pawdeploy",
        attempt=attempt,
        reason=reason,
        fields={
            "reason": reason.value,
            "detail": "",
            "live": await _live(kit, run),
            "ended_at": now,
        },
    )
    kit.cards.changed()


async def _live(kit: Kit, run: RunView) -> str:
    if run.kind in MOBILE:
        return await mobile.as_it_stands(kit, run)
    return "" if run.kind is RunKind.WORKFLOW else f"{run.environment} now runs {run.sha[:7]}."


def how_it_ended(run: RunView) -> Reason:
    """Name the good end of a run whose steps are all done."""
    if run.rollback:
        return Reason.ROLLED_BACK
    if run.kind in MOBILE:
        return mobile.ended(run)
    if run.kind is RunKind.WORKFLOW:
        return Reason.WORKFLOW_DONE
    if run.watch and isinstance(decode(run.watch), Inconclusive):
        return Reason.WATCH_INCONCLUSIVE
    return Reason.DEPLOYED


async def tell_followers(kit: Kit, run_id: int) -> None:
    """Owe the release channel one line, once something was shipped to a guarded environment."""
    run = await _run(kit, run_id)
    there = find(kit, run.service, run.environment)
    if there is not None and there.environment.guarded and run.deployment_id and run.state in ENDED:
        await owed.line(kit, run)


async def wind_down(kit: Kit, run_id: int) -> None:
    """Finish a cancel: stop our deployment if it has not ended, then say what is live."""
    run = await _run(kit, run_id)
    if run.state is not RunState.CANCELLING:
        return
    there, outcome = find(kit, run.service, run.environment), "Nothing was shipped."
    if run.kind in MOBILE:
        outcome = await mobile.stopped(kit, run)
    elif run.kind is RunKind.WORKFLOW:
        outcome = await workflow.stopped(kit, run)
    elif there is not None and not run.deployment_id:
        known = (await kit.reader.memory(run_id, StepName.SHIP)).get("known")
        if known is not None:
            outcome = "Whether a deployment had started is not known; look at the vendor's page."
            run = await _find_lost(kit, run, there, frozenset(known))
    if there is not None and run.deployment_id and run.kind not in MOBILE:
        outcome = await _stop(kit, run, there)
    now = kit.clock.now()
    await kit.runs.move(
        run_id,
        RunState.CANCELLED,
        at=now,
        actor=run.cancelled_by or "pawdeploy",
        reason=Reason.CANCELLED,
        step=_open_step(run, now),
        fields={"reason": Reason.CANCELLED.value, "live": outcome, "ended_at": now},
    )
    kit.cards.changed()


def _open_step(run: RunView, now: datetime) -> StepChange | None:
    for step in run.steps:
        if step.state is StepState.RUNNING:
            return StepChange(name=step.name, state=StepState.CANCELLED, ended_at=now, note="cancelled")
    return None


async def _find_lost(kit: Kit, run: RunView, there: Place, known: frozenset[str]) -> RunView:
    """Look for a deployment we asked for without hearing of it; keep its id in the run when it shows."""
    if run.step(StepName.SHIP).state not in (StepState.RUNNING, StepState.CANCELLED):
        return run  # not its turn any more: what shows up may be another run's
    timings, since = kit.project.timings, kit.clock.now()
    limit = timings.vendor_patience
    while (kit.clock.now() - since).total_seconds() < limit:
        try:
            taken = known | await kit.reader.taken(run)
            for shipment in await there.shipper.deployments(there.target):
                if may_be_ours(shipment, run, taken):
                    await kit.runs.set(run.id, deployment_id=shipment.id, vendor_page=shipment.page)
                    return await _run(kit, run.id)
            limit = timings.vendor_settle  # it answers: no longer a matter of patience
        except VendorError as error:
            log.warning("looking for a lost deployment", run=run.id, trouble=str(error))
        await kit.clock.sleep(min(timings.poll, 2.0))
    return run


async def _stop(kit: Kit, run: RunView, there: Place) -> str:
    """Cancel at the vendor until it agrees, for ``timings.vendor_patience``; return what is known then."""
    timings, since = kit.project.timings, kit.clock.now()
    trouble = ""
    while (kit.clock.now() - since).total_seconds() < timings.vendor_patience:
        try:
            seen = await there.shipper.look(there.target, run.deployment_id)
            if seen.phase is Phase.LIVE:
                return await _went_live(run, there)
            if seen.phase in TERMINAL:
                return f"The deployment was stopped ({seen.raw}); {run.environment} keeps what it ran."
            await there.shipper.cancel(there.target, run.deployment_id)
        except VendorError as error:
            trouble = str(error)
            log.warning("cancel is not through yet", run=run.id, trouble=trouble)
        await kit.clock.sleep(min(timings.poll, 2.0))
    return f"The deployment could not be stopped: {trouble or 'it has not ended'}. Look at the vendor's page."


async def _went_live(run: RunView, there: Place) -> str:
    live = await there.shipper.live(there.target)
    if live is not None and live.sha and live.id != run.deployment_id and live.sha != run.sha:
        return f"The deployment had gone live; by now {run.environment} runs {live.sha[:7]}."
    return f"The deployment went live before it could stop: {run.environment} runs {run.sha[:7]}."


async def tell_github(kit: Kit, run_id: int) -> None:
    """Set the deployment record on GitHub to how the run stands; trouble is logged, it changes no outcome."""
    run = await _run(kit, run_id)
    there = find(kit, run.service, run.environment)
    if there is None or run.github_deployment is None or run.state not in _GITHUB_STATES:
        return
    state, words = _GITHUB_STATES[run.state]
    for again in (True, True, False):
        try:
            await kit.repository.deployment_status(
                there.service.repository,
                run.github_deployment,
                state,
                description=f"pawdeploy run {run.id}: {words}"[:140],
                environment_url=run.environment_url,
                log_url=run.vendor_page,
            )
        except VendorError as error:
            log.warning("GitHub was not told", run=run.id, state=state, trouble=str(error))
            if again:
                await kit.clock.sleep(min(kit.project.timings.poll, 2.0))
        else:
            return


async def _run(kit: Kit, run_id: int) -> RunView:
    run = await kit.reader.view(run_id)
    assert run is not None  # noqa: S101 - runs are never deleted; narrowed for mypy
    return run
