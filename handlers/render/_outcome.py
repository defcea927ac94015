"""The outcome of a run in one breath, with its state mark: first line of its card, row of a list. Pure."""

from typing import assert_never

from bot.engine.reasons import Reason
from bot.engine.runs import RunView
from bot.engine.states import RunState
from handlers.render import _steps as steps
from handlers.render._text import code, plain, short

_WHY: dict[Reason, str] = {
    Reason.UNKNOWN_REF: "there is no such commit",
    Reason.ALREADY_LIVE: "it is live already",
    Reason.OVERTAKEN: "a newer run has shipped",
    Reason.CHECKS_RED: "checks are red",
    Reason.CHECKS_PENDING: "checks did not finish",
    Reason.CHECKS_MISSING: "a required check is missing",
    Reason.NO_CHECKS: "no check has run",
}
"""Why a gate said no, short enough for the first line; the card's text says more."""


def outcome(run: RunView) -> tuple[str, str]:
    """Return the state mark and what the run did or does, in mrkdwn without emphasis."""
    what = short(run.sha) or code(run.ref, 60) or "a commit"
    where = plain(run.environment, 40)
    match run.state:
        case RunState.PREPARING:
            return steps.GOING, f"Preparing {what} for {where}"
        case RunState.WAITING:
            return steps.WAITING, f"Waiting to deploy {what} to {where}"
        case RunState.RUNNING:
            return steps.GOING, f"Deploying {what} to {where}"
        case RunState.CANCELLING:
            return steps.GOING, f"Stopping the deploy of {what} to {where}"
        case RunState.SUCCEEDED:
            return steps.DONE, f"Deployed {what} to {where}"
        case RunState.FAILED:
            at = steps.failed_step(run)
            return steps.FAILED, f"Deploy of {what} to {where} failed{f' at {at}' if at else ''}"
        case RunState.REFUSED:
            why = _WHY.get(run.reason, "") if run.reason else ""
            return steps.STOPPED, f"Not deployed to {where}: {what}{f', {why}' if why else ''}"
        case RunState.CANCELLED:
            at = steps.failed_step(run)
            return (
                steps.STOPPED,
                f"Cancelled the deploy of {what} to {where}{f' after {at} failed' if at else ''}",
            )
        case _:
            assert_never(run.state)
