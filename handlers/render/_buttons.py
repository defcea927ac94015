"""What can be pressed on a run's card as it stands. Pure; a button grants nothing, it only asks."""

from bot.engine.aftermath import retryable
from bot.engine.reasons import Reason
from bot.engine.runs import RunView
from bot.engine.states import CANCELLABLE, RETRYABLE, RunKind, RunState, StepName, StepState
from handlers._payloads import HoldButton, RunButton, VoteButton
from handlers.render._around import Around
from handlers.render._blocks import Block, actions, button, link_button
from handlers.render._release_buttons import (
    cancel_question,
    store_buttons,
    tester_buttons,
)
from handlers.render._steps import watching
from handlers.render._text import one_line
from handlers.render._update_buttons import KINDS as UPDATE_KINDS
from handlers.render._update_buttons import (
    ended_buttons,
    rolling_buttons,
    update_cancel_question,
    update_page,
)
from handlers.render._voices import gave_way, is_asking, may_withdraw
from handlers.render.holds import UNLOCK

RETRY = "run_retry"
CANCEL = "run_cancel"
APPROVE = "vote_approve"
REJECT = "vote_reject"
WITHDRAW = "vote_withdraw"
GIVE_REASON = "vote_reason"
OVERRIDE = "soak_override"
KEEP = "run_keep"
ROLL_BACK = "rollback_start"
RUN_INCIDENT = "run_incident"
OPEN_URL = "open_url"
OPEN_DEPLOYMENT = "open_deployment"
STORE_KINDS = frozenset({RunKind.RELEASE, RunKind.STORE})
_SHIPPED = {StepName.HEALTH, StepName.SMOKE, StepName.WATCH}
"""Steps in which the new commit serves already."""


def buttons(run: RunView, around: Around) -> Block | None:
    """Return the row of buttons; None when there is nothing to press."""
    page = link_button("Deployment", OPEN_DEPLOYMENT, run.vendor_page)
    if run.kind is RunKind.WORKFLOW:
        page = link_button("Workflow run", OPEN_DEPLOYMENT, run.step(StepName.WORKFLOW).url)
    if run.kind in UPDATE_KINDS:
        page = link_button("Workflow run", OPEN_DEPLOYMENT, update_page(run))
    if run.kind in STORE_KINDS:
        page = link_button("Open at Expo", OPEN_DEPLOYMENT, run.vendor_page)
    return actions(*_row(run, around), page)


def _row(run: RunView, around: Around) -> list[Block | None]:
    if run.state in RETRYABLE:
        return _after_trouble(run, around)
    if run.state in CANCELLABLE:
        if (out := rolling_buttons(run)) is not None:
            return out  # people have it: what is left to do is to go on, or to take it back
        if watching(run):
            return [_roll_back(run)]  # it has shipped: what is left to do is to go back
        return [*tester_buttons(run), *_votes(run), *store_buttons(run), _cancel(run)]
    if run.kind in STORE_KINDS:
        return store_buttons(run)
    if run.kind in UPDATE_KINDS:
        return [*ended_buttons(run, around), _unlock(run)]
    if run.state is RunState.SUCCEEDED:
        where = one_line(run.environment)
        undecided = run.reason is Reason.WATCH_INCONCLUSIVE and not run.kept_by
        keep = button("Keep", KEEP, _value(run), style="primary") if undecided else None
        ships = run.kind is RunKind.DEPLOY
        back = _roll_back(run) if (undecided or around.guarded) and ships else None
        return [keep, back, _unlock(run), link_button(f"Open {where[:40]}", OPEN_URL, run.environment_url)]
    return []


def _after_trouble(run: RunView, around: Around) -> list[Block | None]:
    retry = override = back = cancel = None
    if retryable(run.state, run.reason) and run.taken_back is None:
        retry = button("Retry", RETRY, _value(run), style="primary")
        cancel = button("Cancel", CANCEL, _value(run))
    if run.reason is Reason.NOT_SOAKED and around.overriders:
        override = button("Ship without the rest of the soak", OVERRIDE, _value(run))
    failed = next((step.name for step in run.steps if step.state is StepState.FAILED), None)
    taken_back = run.taken_back is not None and run.taken_back.state not in {
        RunState.FAILED,
        RunState.REFUSED,
        RunState.CANCELLED,
    }
    if around.guarded and not run.rollback and failed in _SHIPPED and not taken_back:
        back = _roll_back(run)
    mine = ended_buttons(run, around)
    return [retry, override, back, *mine, *store_buttons(run), _unlock(run), _incident(run, around), cancel]


def _votes(run: RunView) -> list[Block | None]:
    if run.asking is None or not run.asking.binding:
        return []
    value = VoteButton.model_construct(v=1, run=run.id, ask=run.asking.binding[:64]).encode()
    row: list[Block | None] = []
    if is_asking(run):
        row += [
            button("Approve", APPROVE, value, style="primary"),
            button("Reject…", REJECT, value, style="danger"),
        ]
    return [*row, button("Withdraw my approval", WITHDRAW, value) if may_withdraw(run) else None]


def _cancel(run: RunView) -> Block:
    where = one_line(run.environment)[:80]
    doing = f"going back in {where}" if run.rollback else f"deploying to {where}"
    question = f"Run {run.id} stops {doing} at the next safe point. What is live stays live."
    if run.kind is RunKind.WORKFLOW:
        question = f"Run {run.id} stops, and what it started at GitHub is cancelled. What is done stays done."
    if run.kind in UPDATE_KINDS:
        question = update_cancel_question(run)
    if run.kind in STORE_KINDS:
        question = cancel_question(run)
    ask = ("Stop this run?", question, "Stop it", "Keep going")
    style = "" if is_asking(run) else "danger"  # beside Reject, one red button is enough
    return button("Cancel", CANCEL, _value(run), style=style, confirm=ask)


def _roll_back(run: RunView) -> Block:
    return button("Roll back…", ROLL_BACK, _value(run), style="danger")


def _incident(run: RunView, around: Around) -> Block | None:
    """Offer a checklist where something broke that people guard; a refusal broke nothing."""
    broke = run.state is RunState.FAILED and around.guarded and not gave_way(run)
    return button("Open incident…", RUN_INCIDENT, _value(run)) if broke else None


def _unlock(run: RunView) -> Block | None:
    """Let deploys in again after a way back; pressed when the lock is over, it says so."""
    locked = StepName.REVERT if run.kind is RunKind.UPDATE_BACK else StepName.HOLD
    if not (run.going_back and run.has(locked) and run.step(locked).state is StepState.DONE):
        return None
    where = one_line(run.environment)[:60]
    ask = (
        "Unlock?",
        f"Others can ship to {where} again, also what was just taken back.",
        "Unlock",
        "Keep it",
    )
    return button("Unlock", UNLOCK, HoldButton(run=run.id).encode(), confirm=ask)


def _value(run: RunView) -> str:
    return RunButton(run=run.id, attempt=run.attempt).encode()
