"""Going back: a run like any other, asked for by a person, or by a watch that saw the change hurt."""

from bot.db.runs_store import Value
from bot.engine.aftermath import TAKEN_BACK, hurts
from bot.engine.runs import RunView
from bot.engine.states import UPDATE_BACK_STEPS, RunKind, RunState
from bot.pipelines.needs import Kit
from bot.pipelines.places import find
from bot.pipelines.plan import rollback_steps
from bot.pipelines.requests import RollbackRequest


async def take_back(kit: Kit, run_id: int) -> int | None:
    """Store, once, the way back of a run whose watch saw it hurt; None for every other run."""
    run = await kit.reader.view(run_id)
    there = find(kit, run.service, run.environment) if run else None
    if run is None or there is None or run.state is not RunState.FAILED:
        return None
    if run.kind is RunKind.UPDATE and run.reason in TAKEN_BACK:
        return await store_update_back(kit, run)
    if run.kind is not RunKind.DEPLOY:
        return None
    if not hurts(run.reason, watched=there.environment.watch is not None):
        return None
    request = RollbackRequest(
        key=f"take-back:{run_id}",
        service=run.service,
        environment=run.environment,
        to="",
        by=run.requested_by,
    )
    return await store(kit, request, automatic=True, parent_id=run_id)


async def store_update_back(kit: Kit, run: RunView) -> int:
    """Store, once, the way back of an update that hurt."""
    back = await kit.runs.create(
        key=f"take-back:{run.id}",
        service=run.service,
        environment=run.environment,
        ref=run.ref,
        again=False,
        by=run.requested_by,
        at=kit.clock.now(),
        card_channel=kit.project.channels.deploys,
        kind=RunKind.UPDATE_BACK,
        steps=UPDATE_BACK_STEPS,
        more={"automatic": True, "parent_id": run.id},
    )
    kit.cards.changed()
    return back


async def store(
    kit: Kit, request: RollbackRequest, *, automatic: bool = False, parent_id: int | None = None
) -> int:
    """Store a way back as a run; return its number."""
    there = find(kit, request.service, request.environment)
    assert there is not None  # noqa: S101 - whoever asks has looked the place up; narrowed for mypy
    more: dict[str, Value] = {
        "automatic": automatic,
        "parent_id": parent_id,
        "emergency": request.emergency,
        "override": request.override,
        "override_by": request.by if request.override else "",
    }
    run_id = await kit.runs.create(
        key=request.key,
        service=request.service,
        environment=request.environment,
        ref=request.to,
        again=False,
        by=request.by,
        at=kit.clock.now(),
        card_channel=kit.project.channels.deploys,
        kind=RunKind.ROLLBACK,
        steps=rollback_steps(
            there.service, there.environment, consent=not automatic and not request.emergency
        ),
        more=more,
    )
    kit.cards.changed()
    return run_id
