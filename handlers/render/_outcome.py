"""The outcome of a run in one breath, with its state mark: first line of its card, row of a list. Pure."""

from collections.abc import Callable
from typing import assert_never

from bot.engine.mobile import run_of
from bot.engine.reasons import Reason
from bot.engine.runs import RunView
from bot.engine.states import RunKind, RunState, StepState
from handlers.render import _steps as steps
from handlers.render._order import order_outcome
from handlers.render._release import release_outcome
from handlers.render._text import code, person, plain, short
from handlers.render._update_outcome import update_back_outcome, update_outcome
from handlers.render._voices import approvals_missing, is_asking, stopped_because
from handlers.render._workflow import workflow_outcome

_WHY: dict[Reason, str] = {
    Reason.UNKNOWN_REF: "there is no such commit",
    Reason.UNKNOWN_WORKFLOW: "pawdeploy.toml has it no more",
    Reason.ALREADY_LIVE: "it is live already",
    Reason.OVERTAKEN: "a newer run has shipped",
    Reason.CHECKS_RED: "checks are red",
    Reason.CHECKS_PENDING: "checks did not finish",
    Reason.CHECKS_MISSING: "a required check is missing",
    Reason.NO_CHECKS: "no check has run",
    Reason.TESTS_RED: "the tests have failed",
    Reason.TESTS_MISSING: "the tests have not reported",
    Reason.NOT_SOAKED: "it has not soaked for long enough",
    Reason.CONSENT_VOID: "what was approved has changed",
    Reason.LOCKED: "it is locked",
    Reason.FROZEN: "nothing ships there now",
    Reason.MIGRATION_UNKNOWN: "what became of its migrations is unknown",
    Reason.NOTHING_TO_ROLL_BACK: "there is nothing to go back to",
    Reason.IRREVERSIBLE: "a migration can't be undone",
}
"""Why a gate said no, short enough for the first line; the card's text says more."""


_OF_KIND: dict[RunKind, Callable[[RunView, str], tuple[str, str]]] = {
    RunKind.WORKFLOW: workflow_outcome,
    RunKind.UPDATE: update_outcome,
    RunKind.UPDATE_BACK: update_back_outcome,
    RunKind.RELEASE: release_outcome,
    RunKind.STORE: order_outcome,
}
"""Kinds that ship nothing by a platform, so that other words fit them; they get why a gate said no."""


def commit_title(run: RunView, limit: int) -> str:
    """Return the commit's title; nothing of one that a release made, for the first line says as much."""
    return "" if run_of(run.commit_title) == run.id else plain(run.commit_title, limit)


def outcome(run: RunView) -> tuple[str, str]:
    """Return the state mark and what the run did or does, in mrkdwn without emphasis."""
    if (drawn := _OF_KIND.get(run.kind)) is not None:
        return drawn(run, _WHY.get(run.reason, "") if run.reason else "")
    what = short(run.sha) or code(run.ref, 60) or "a commit"
    where = plain(run.environment, 40)
    back = run.rollback
    to = f"{where} back to {what}" if back else f"{what} to {where}"
    noun = f"rollback of {where} to {what}" if back else f"deploy of {to}"
    at = steps.failed_step(run)
    match run.state:
        case RunState.PREPARING:
            if is_asking(run):
                return steps.WAITING, f"Waiting for {approvals_missing(run)}: {to}"
            there = to if run.sha else f"{where} back"
            way = f"to roll {there}" if back else f"{what} for {where}"
            return steps.GOING, f"Preparing {way}"
        case RunState.WAITING:
            return steps.WAITING, f"Waiting to {'roll' if back else 'deploy'} {to}"
        case RunState.RUNNING:
            if steps.watching(run):
                return steps.GOING, f"Deployed {to}; watching it"
            return steps.GOING, f"{'Rolling' if back else 'Deploying'} {to}"
        case RunState.CANCELLING:
            return steps.GOING, f"Stopping the {noun}"
        case RunState.SUCCEEDED:
            return _succeeded(run, to)
        case RunState.FAILED:
            if run.reason is Reason.REGRESSED or run.taken_back is not None:
                return _taken_back(run, what, where)
            return steps.FAILED, f"{noun[0].upper()}{noun[1:]} failed{f' at {at}' if at else ''}"
        case RunState.REFUSED:
            return steps.STOPPED, _refused(run, what, where)
        case RunState.CANCELLED:
            return steps.STOPPED, f"Cancelled the {noun}{f' after {at} failed' if at else ''}"
        case _:
            assert_never(run.state)


def _succeeded(run: RunView, to: str) -> tuple[str, str]:
    if run.rollback:
        return steps.DONE, f"Rolled {to}"
    if run.reason is not Reason.WATCH_INCONCLUSIVE:
        return steps.DONE, f"Deployed {to}"
    if run.kept_by:
        return steps.DONE, f"Deployed {to}; the watch could not tell, kept by {person(run.kept_by)}"
    return steps.WAITING, f"Deployed {to}, but the watch could not tell"


_HURT = {
    Reason.REGRESSED: "errors rose",
    Reason.HEALTH_BAD: "it was not healthy",
    Reason.SMOKE_FAILED: "smoke tests failed",
}


def _taken_back(run: RunView, what: str, where: str) -> tuple[str, str]:
    """Say how the rollback that followed stands: what people need to know is what runs now."""
    back, hurt = run.taken_back, _HURT.get(run.reason or Reason.REGRESSED, "it hurt")
    upper = f"{hurt[0].upper()}{hurt[1:]}"
    if back is None:
        return steps.FAILED, f"{upper} after {what} went to {where}"
    by = f"(run {back.run_id})"
    match back.state:
        case RunState.SUCCEEDED:
            runs = f"runs {short(back.sha)} again" if back.sha else "runs what it ran before"
            return steps.FAILED, f"Taken back: {hurt}; {where} {runs} {by}"
        case RunState.FAILED | RunState.REFUSED:
            return steps.FAILED, f"{upper} with {what}, and the rollback of {where} failed {by}"
        case RunState.CANCELLED | RunState.CANCELLING:
            return steps.FAILED, f"{upper} with {what}; the rollback of {where} was cancelled {by}"
        case RunState.PREPARING | RunState.WAITING | RunState.RUNNING:
            return steps.GOING, f"{upper} with {what}; rolling {where} back {by}"
        case _:
            assert_never(back.state)


def _refused(run: RunView, what: str, where: str) -> str:
    to = f" to {what}" if run.sha else ""
    head = f"Not rolled back{to} in {where}" if run.rollback else f"Not deployed to {where}: {what}"
    if run.reason is Reason.NOT_SOAKED and (said := plain(_first_sentence(run), 120)):
        return f"{head}, not soaked: {said}"
    why = _WHY.get(run.reason, "") if run.reason else ""
    return f"{head}{stopped_because(run, why)}"


def _first_sentence(run: RunView) -> str:
    """Return what the step that stopped the run said first: at the gate, or at its turn."""
    note = next((step.note for step in run.steps if step.state is StepState.FAILED), "")
    return note.split(". ")[0].rstrip(".")
