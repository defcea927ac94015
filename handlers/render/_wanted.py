"""What a run of an app asks people to agree to, as after "approval wanted:". Pure."""

from bot.engine.runs import RunView
from bot.engine.states import RunKind
from handlers.render._order import order_facts
from handlers.render._release import name_of, release_facts, stores
from handlers.render._text import plain
from handlers.render._update_words import all_go_to, back_facts, quoted


def wanted(run: RunView) -> str:
    """Say what would be done: ``publish “Fix login” over the air to production``."""
    where = plain(run.environment, 40)
    match run.kind:
        case RunKind.UPDATE:
            return f"publish {quoted(run.why)} over the air to {where}"
        case RunKind.UPDATE_BACK:
            to = all_go_to(back_facts(run))
            return f"take the update of {where} back{f' to {to}' if to else ''}"
        case RunKind.RELEASE:
            facts = release_facts(run)
            return f"hand {name_of(facts)} to {stores(facts)}"
        case RunKind.STORE:
            order = order_facts(run)
            what = order.order.kind.value if order else "change"
            return f"{what} what is going out at the stores"
        case _:
            return f"run {run.id}"


def after_time(run: RunView) -> str:
    """Say what happens when too few people agree in time."""
    return {
        RunKind.UPDATE: "nothing is published",
        RunKind.UPDATE_BACK: "people keep the update",
        RunKind.RELEASE: "nothing is handed to a store",
        RunKind.STORE: "the stores are told nothing",
        RunKind.WORKFLOW: "it is not started",
    }.get(run.kind, "nothing ships")
