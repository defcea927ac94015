"""What can be pressed on the card of an update over the air: go on, take back, publish all the same. Pure."""

from bot.engine.reasons import Reason
from bot.engine.runs import RunView
from bot.engine.states import RunKind, RunState, StepName, StepState
from handlers._payloads import RunButton, StageButton
from handlers.render._around import Around
from handlers.render._blocks import Block, button
from handlers.render._text import one_line
from handlers.render._update_words import next_stage, rolling, update_facts

PROMOTE = "ota_promote"
TAKE_BACK = "ota_take_back"
NATIVE_OVERRIDE = "native_override"
KINDS = frozenset({RunKind.UPDATE, RunKind.UPDATE_BACK})


def rolling_buttons(run: RunView) -> list[Block | None] | None:
    """Return what helps while an update rolls out; None while nobody has it."""
    facts = update_facts(run)
    if run.kind is not RunKind.UPDATE or not rolling(run) or not (facts.percent or facts.apart):
        return None
    return [_go_on(run), _take_back(run)]


def ended_buttons(run: RunView, around: Around) -> list[Block | None]:
    """Return what helps once an update has ended, besides what helps every run."""
    if run.kind is not RunKind.UPDATE:
        return []
    if run.state is RunState.SUCCEEDED:
        return [_take_back(run) if run.taken_back is None else None]
    override = None
    if run.reason is Reason.NATIVE_UNKNOWN and run.state is RunState.REFUSED and around.native_overriders:
        override = button("Publish all the same…", NATIVE_OVERRIDE, _value(run))
    failed = next((step.name for step in run.steps if step.state is StepState.FAILED), None)
    gone = run.taken_back is not None or run.reason is Reason.OVERTAKEN
    out = failed is not None and bool(update_facts(run).groups) and not gone
    return [override, _take_back(run) if out else None]


def update_cancel_question(run: RunView) -> str:
    """Ask, before Cancel, about what happens."""
    if run.kind is RunKind.UPDATE_BACK:
        return f"Run {run.id} stops at the next safe point. What is taken back by then stays taken back."
    return f"Run {run.id} stops at the next safe point. Until it is published, people keep what they have."


def update_page(run: RunView) -> str:
    """Return the page of the workflow run that publishes; empty before there is one."""
    return run.step(StepName.PUBLISH).url if run.kind is RunKind.UPDATE else ""


def _go_on(run: RunView) -> Block | None:
    """Offer the next stage before the watch has ended; the value names the stage the card showed."""
    facts = update_facts(run)
    after = next_stage(facts)
    if facts.apart or after is None:
        return None  # parts must agree first; or everybody has it already
    where, label = one_line(run.environment)[:60], f"Go on to {after} %"
    who = f"Everybody in {where} gets" if after >= 100 else f"{after} % of people in {where} get"
    question = f"{who} it at once, without the rest of this stage's watch."
    value = StageButton.model_construct(v=1, run=run.id, stage=facts.stage).encode()
    ask = (f"{label}?", question, label, "Wait")
    return button(label, PROMOTE, value, style="primary" if facts.held else "", confirm=ask)


def _take_back(run: RunView) -> Block:
    where = one_line(run.environment)[:60]
    question = f"People in {where} get what they had before. Who must approve there is asked first."
    ask = ("Take it back?", question, "Take it back", "Leave it")
    return button("Take back…", TAKE_BACK, _value(run), style="danger", confirm=ask)


def _value(run: RunView) -> str:
    return RunButton(run=run.id, attempt=run.attempt).encode()
