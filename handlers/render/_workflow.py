"""A run that starts a workflow, in words: its outcome in one breath, and what exactly it starts. Pure."""

from typing import assert_never

from bot.engine.reasons import Reason
from bot.engine.runs import RunView
from bot.engine.states import RunState, StepName
from handlers.render import _steps as steps
from handlers.render._text import code, first_few, person, plain, short
from handlers.render._voices import approvals, is_asking, rejection

MOST_INPUTS = 6


def workflow_outcome(run: RunView, why: str) -> tuple[str, str]:
    """Return the state mark and how it stands; ``why``: why a gate said no, where that is known."""
    mark, said = _stands(run, why)
    return mark, f"{plain(run.workflow, 80)} ({plain(run.environment, 40)}) · {said}"


def _stands(run: RunView, why: str) -> tuple[str, str]:
    match run.state:
        case RunState.PREPARING:
            if is_asking(run):
                return steps.WAITING, f"waits for {_approvals(run)}"
            return steps.GOING, "preparing"
        case RunState.WAITING:
            return steps.WAITING, "waits in line"
        case RunState.RUNNING:
            return steps.GOING, "running"
        case RunState.CANCELLING:
            return steps.GOING, "stopping"
        case RunState.SUCCEEDED:
            return steps.DONE, "done"
        case RunState.FAILED:
            return steps.FAILED, _failed(run)
        case RunState.REFUSED:
            return steps.STOPPED, f"not started{_refused(run, why)}"
        case RunState.CANCELLED:
            return steps.STOPPED, "cancelled"
        case _:
            assert_never(run.state)


def _approvals(run: RunView) -> str:
    quorum = run.asking.quorum if run.asking else 1
    return f"approval{'' if quorum == 1 else 's'} {len(approvals(run))} of {quorum}"


def _failed(run: RunView) -> str:
    if run.reason is Reason.WORKFLOW_FAILED:
        return "failed"
    if run.reason is Reason.WORKFLOW_UNKNOWN:
        return "how it ended is unknown"
    at = steps.failed_step(run)
    if at == steps.TITLES[StepName.WORKFLOW].lower():
        return "not followed to its end"
    return f"not started, failed at {at}" if at else "failed"


def _refused(run: RunView, why: str) -> str:
    if run.reason is Reason.REJECTED and (no := rejection(run)):
        return f", rejected by {person(no.user)}{': ' + plain(no.reason, 120) if no.reason else ''}"
    if run.reason is Reason.EXPIRED and run.asking:
        return f", only {_approvals(run)} in time"
    return f", {why}" if why else ""


def workflow_text(run: RunView) -> str:
    """Say which file runs, on what, with what, and why somebody wants it."""
    on = f"on {code(run.ref, 60)}" if run.ref else ""
    at = f"at {short(run.sha)}" if run.sha and run.ref != run.sha else ""
    sent = [code(f"{name}={value}", 120) for name, value in run.sent.items()]
    inputs = f"with {', '.join(first_few(sent, MOST_INPUTS))}" if sent else ""
    what = " ".join(word for word in (code(run.workflow_file, 100), on, at, inputs) if word)
    why = f"{person(run.requested_by)} says: {plain(run.why, 500)}" if run.why else ""
    return "\n".join(line for line in (f"Starts {what}", why) if line)
