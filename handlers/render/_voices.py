"""Who said what to a run, as facts the card, its buttons and its first line share. Pure; draws no blocks."""

from bot.engine.consent import Voice, Vote
from bot.engine.reasons import Reason
from bot.engine.runs import RunView
from bot.engine.states import RunKind, RunState, StepName, StepState
from handlers.render._text import count, person, plain

_BEFORE_SHIPPING = frozenset({RunState.PREPARING, RunState.WAITING})


def approvals(run: RunView) -> tuple[Vote, ...]:
    """Return the approvals that count for what is asked now, oldest first."""
    return _voices(run, Voice.APPROVE)


def rejection(run: RunView) -> Vote | None:
    """Return the first no, if somebody said it."""
    return next(iter(_voices(run, Voice.REJECT)), None)


def missing(run: RunView) -> int:
    """Return how many more people must approve."""
    return max(0, run.asking.quorum - len(approvals(run))) if run.asking else 0


def approvals_missing(run: RunView) -> str:
    """Say how many more people must approve."""
    more = missing(run)
    return f"{count(more, 'more approval')}" if more else "approvals to be counted"


def stopped_because(run: RunView, why: str) -> str:
    """Say, after a comma, why a run was stopped before it began: by a person, by the clock, or ``why``."""
    if run.reason is Reason.REJECTED and (no := rejection(run)):
        return f", rejected by {person(no.user)}{': ' + plain(no.reason, 120) if no.reason else ''}"
    if run.reason is Reason.EXPIRED and run.asking:
        return f", {len(approvals(run))} of {count(run.asking.quorum, 'approval')} came in time"
    return f", {why}" if why else ""


def expired(run: RunView) -> bool:
    """Say whether too few approved in time; an update that nobody sent on was approved long before."""
    rolled = run.has(StepName.ROLLOUT) and run.step(StepName.ROLLOUT).state is StepState.FAILED
    return run.reason is Reason.EXPIRED and not rolled


def gave_way(run: RunView) -> bool:
    """Say whether its rollout ended because somebody takes it back."""
    failed = run.has(StepName.ROLLOUT) and run.step(StepName.ROLLOUT).state is StepState.FAILED
    return run.kind is RunKind.UPDATE and run.reason is Reason.OVERTAKEN and failed


def is_asking(run: RunView) -> bool:
    """Say whether people are asked now: approve and reject are open."""
    asked = run.asking is not None and run.has(StepName.CONSENT)
    open_step = run.step(StepName.CONSENT).state is StepState.RUNNING
    return asked and open_step and run.state is RunState.PREPARING


def may_withdraw(run: RunView) -> bool:
    """Say whether an approval can still be taken back: somebody gave one and shipping has not started."""
    return bool(approvals(run)) and run.state in _BEFORE_SHIPPING


def _voices(run: RunView, voice: Voice) -> tuple[Vote, ...]:
    if run.asking is None:
        return ()
    return tuple(
        vote
        for vote in run.asking.votes
        if vote.voice is voice
        and vote.binding == run.asking.binding
        and vote.user != run.requested_by
        and vote.user not in run.asking.barred
    )
