"""An order to the stores on its card: its outcome in one breath, how each store stood and stands. Pure."""

from typing import assert_never

from bot.engine.mobile import BOTH, AppPlatform
from bot.engine.reasons import Reason
from bot.engine.release import OrderFacts
from bot.engine.runs import RunView
from bot.engine.states import RunState
from bot.engine.stores import OrderKind
from handlers.render import _release_words as words
from handlers.render import _steps as steps
from handlers.render._text import listed, person, plain
from handlers.render._voices import approvals_missing, is_asking, stopped_because

WHY: dict[Reason, str] = {Reason.NOTHING_TO_ORDER: "nothing there goes out that could be told so"}
"""Why a gate said no to an order, short enough for the first line."""
_DO = {OrderKind.HALT: "halt", OrderKind.RESUME: "resume"}
_DOING = {OrderKind.HALT: "halting", OrderKind.RESUME: "resuming"}
_DONE = {OrderKind.HALT: "halted", OrderKind.RESUME: "resumed"}


def order_facts(run: RunView) -> OrderFacts | None:
    """Return what an order is; None when it cannot be read (any more)."""
    try:
        return OrderFacts.model_validate_json(run.mobile)
    except ValueError:
        return None


def order_outcome(run: RunView, why: str) -> tuple[str, str]:
    """Return the state mark and how the order stands; ``why``: why a gate said no, where that is known."""
    facts = order_facts(run)
    kind = facts.order.kind if facts else OrderKind.HALT
    what = _what(facts)
    mark, said = _stands(run, kind, what, why)
    return mark, f"{said[:1].upper()}{said[1:]}"


def _what(facts: OrderFacts | None) -> str:
    """Name what it is about: ``1.5.0 at Apple``."""
    if facts is None:
        return "a release at the stores"
    version = words.version(facts.version) or "what is going out"
    names = listed([words.STORES[one] for one in meant(facts)]) or "the stores"
    return f"{version} at {names}"


def meant(facts: OrderFacts) -> tuple[AppPlatform, ...]:
    """Return the platforms an order is about: where something goes out, once that is known."""
    return tuple(one for one in BOTH if one in (facts.before or facts.order.platforms))


def _stands(run: RunView, kind: OrderKind, what: str, why: str) -> tuple[str, str]:
    do, doing = _DO[kind], _DOING[kind]
    match run.state:
        case RunState.PREPARING:
            if is_asking(run):
                return steps.WAITING, f"waiting for {approvals_missing(run)}: {do} {what}"
            return steps.GOING, f"preparing to {do} {what}"
        case RunState.WAITING:
            return steps.WAITING, f"waiting in line to {do} {what}"
        case RunState.RUNNING:
            return steps.GOING, f"{doing} {what}"
        case RunState.CANCELLING:
            return steps.GOING, f"stopping before the stores are told to {do} {what}"
        case RunState.SUCCEEDED:
            return steps.DONE, f"{_DONE[kind]} {what}"
        case RunState.FAILED:
            at = steps.failed_step(run)
            return steps.FAILED, f"{doing} {what} failed{f' at {at}' if at else ''}"
        case RunState.REFUSED:
            no = stopped_because(run, WHY.get(run.reason, why) if run.reason else why)
            return steps.STOPPED, f"not {_DONE[kind]}: {what}{no}"
        case RunState.CANCELLED:
            return steps.STOPPED, f"cancelled {doing} {what}"
        case _:
            assert_never(run.state)


def order_text(run: RunView) -> str:
    """Say why, and how each store stood before and stands since; empty until anything is known."""
    facts = order_facts(run)
    if facts is None:
        return ""
    why = plain(facts.order.why or run.why, 500)
    said = f"{person(run.requested_by)} says: {why}" if why else ""
    return "\n".join(line for line in (said, *(_store(facts, one) for one in BOTH)) if line)


def _store(facts: OrderFacts, one: AppPlatform) -> str:
    before, after = facts.before.get(one), facts.after.get(one)
    now = after or before
    if now is None:
        return ""
    version = words.version(now.version)
    head = f"{words.store_mark(now)} *{words.PLATFORMS[one]}*{f' {version}' if version else ''}"
    if after is None or before is None:
        return f"{head} · {words.store_state(now)}"
    was = words.store_state(before)
    turned = after.model_copy(update={"halted": before.halted})  # that it was, the first line says
    told = "" if words.store_state(turned) == was else f" · before: {was}"
    return f"{head} · {words.store_state(after)}{told}"
