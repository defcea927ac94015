"""What can be pressed on the card of a release or an order, besides what every run has. Pure."""

from bot.engine.mobile import BOTH, AppPlatform
from bot.engine.runs import RunView
from bot.engine.states import RunKind, RunState, StepName, StepState
from bot.engine.stores import OrderKind
from handlers._payloads import DeviceButton, RunButton
from handlers.render import _release_words as words
from handlers.render._blocks import Block, button
from handlers.render._order import meant, order_facts
from handlers.render._release import release_facts
from handlers.render._release_lines import going_out, testing
from handlers.render._text import listed

DEVICE_WORKS = "device_works"
"""Each platform's button has it with the platform behind a colon, for in one row ids differ."""
DEVICE_PROBLEM = "device_problem"
STORE_HALT = "store_halt"
STORE_RESUME = "store_resume"


def tester_buttons(run: RunView) -> list[Block | None]:
    """Return what testers press while they are asked; nothing before and after."""
    if run.kind is not RunKind.RELEASE or not testing(run):
        return []
    value = {"run": run.id, "attempt": run.attempt}
    row: list[Block | None] = [
        button(
            f"Works on {words.PLATFORMS[one]}",
            f"{DEVICE_WORKS}:{one.value}",
            DeviceButton(**value, platform=one).encode(),
            style="primary",
        )
        for one in BOTH
        if one in release_facts(run).builds
    ]
    return [*row, button("Found a problem…", DEVICE_PROBLEM, DeviceButton(**value).encode(), style="danger")]


def store_buttons(run: RunView) -> list[Block | None]:
    """Return Halt and Resume where something goes out to more and more people, or was halted."""
    if run.kind is RunKind.STORE:
        return [_resume(run)] if _halted_by(run) else []
    if run.kind is not RunKind.RELEASE:
        return []
    followed = run.state in {RunState.SUCCEEDED, RunState.FAILED, RunState.CANCELLED} or (
        run.state is RunState.RUNNING and run.step(StepName.REVIEW).state is StepState.RUNNING
    )
    if not followed:
        return []
    facts = release_facts(run)
    row: list[Block | None] = []
    if going_out(facts, halted=False):
        row.append(button("Halt…", STORE_HALT, _value(run), style="danger"))
    if going_out(facts, halted=True):
        row.append(_resume(run))
    return row


def _halted_by(run: RunView) -> bool:
    facts = order_facts(run)
    return run.state is RunState.SUCCEEDED and facts is not None and facts.order.kind is OrderKind.HALT


def halted_on(run: RunView) -> tuple[AppPlatform, ...]:
    """Return the platforms a run halted, or found halted; where it cannot be read, both."""
    if run.kind is RunKind.STORE:
        facts = order_facts(run)
        return meant(facts) if facts else BOTH
    return going_out(release_facts(run), halted=True) or BOTH


def _resume(run: RunView) -> Block:
    where = halted_on(run)
    names = listed([words.STORES[one] for one in BOTH if one in where])
    ask = ("Go on with it?", f"More people get it from {names} again.", "Go on", "Leave it")
    return button("Resume", STORE_RESUME, _value(run), confirm=ask)


def cancel_question(run: RunView) -> str:
    """Ask whether to stop, saying what stays as it is."""
    if run.kind is RunKind.STORE:
        return f"Run {run.id} stops. A store that has been told already does as it was told."
    if run.step(StepName.SUBMIT).state is StepState.DONE:
        return (
            f"Run {run.id} stops following the stores. What was handed over stays there; to withdraw it, "
            "use their own pages."
        )
    return f"Run {run.id} stops, and builds under way are cancelled. What a store has already stays there."


def _value(run: RunView) -> str:
    return RunButton(run=run.id, attempt=run.attempt).encode()
