"""Runs as an incident sees them that it did not start. Pure."""

from bot.engine.incidents import IncidentRun
from bot.engine.runs import RunView
from bot.engine.states import ENDED, StepName, StepState


def seen(run: RunView) -> IncidentRun:
    """Return a run in the few words an incident needs."""
    over = run.state in ENDED
    asking = not over and run.has(StepName.CONSENT) and run.step(StepName.CONSENT).state is StepState.RUNNING
    what = f"Rollback of {run.service} in" if run.rollback else f"Deploy of {run.service} to"
    return IncidentRun(
        id=run.id,
        what=run.workflow or f"{what} {run.environment}",
        state="asking" if asking else run.state.value,
        asked_by=run.requested_by,
        at=run.requested_at,
        ended_at=run.ended_at,
        sha=run.sha,
        over=over,
    )
