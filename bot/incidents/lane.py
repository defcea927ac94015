"""Runs as an incident sees them that it did not start. Pure."""

from bot.engine.consent import Voice
from bot.engine.incident_runs import in_words, why_ended
from bot.engine.incidents import IncidentRun
from bot.engine.runs import RunView
from bot.engine.states import ENDED, StepName, StepState


def seen(run: RunView) -> IncidentRun:
    """Return a run in the few words an incident needs."""
    over = run.state in ENDED
    asking = not over and run.has(StepName.CONSENT) and run.step(StepName.CONSENT).state is StepState.RUNNING
    votes = run.asking.votes if run.asking else ()
    return IncidentRun(
        id=run.id,
        what=in_words(
            run.kind,
            workflow=run.workflow,
            service=run.service,
            environment=run.environment,
        ),
        state="asking" if asking else run.state.value,
        asked_by=run.requested_by,
        at=run.requested_at,
        ended_at=run.ended_at,
        sha=run.sha,
        over=over,
        why=why_ended(run.state, run.reason.value if run.reason else "", run.detail),
        asked_at=run.asking.asked_at if run.asking else None,
        agreed=tuple((vote.user, vote.at) for vote in votes if vote.voice is Voice.APPROVE),
    )
