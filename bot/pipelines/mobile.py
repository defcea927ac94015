"""What runs of apps do otherwise than deploys: what people agree to, what is looked at again, how they end.

One place to turn to, by kind; the work itself is in ``ota`` and ``release``.
"""

from bot.engine.mobile import Fact
from bot.engine.ota import UpdateBackFacts, UpdateFacts
from bot.engine.reasons import Reason
from bot.engine.release import OrderFacts, ReleaseFacts
from bot.engine.runs import RunView
from bot.engine.states import RunKind
from bot.pipelines.needs import Kit
from bot.pipelines.step import Step

FACTS: dict[RunKind, type[UpdateFacts | UpdateBackFacts | ReleaseFacts | OrderFacts]] = {
    RunKind.UPDATE: UpdateFacts,
    RunKind.UPDATE_BACK: UpdateBackFacts,
    RunKind.RELEASE: ReleaseFacts,
    RunKind.STORE: OrderFacts,
}
_ENDS = {
    RunKind.UPDATE: Reason.UPDATED,
    RunKind.UPDATE_BACK: Reason.UPDATE_TAKEN_BACK,
    RunKind.RELEASE: Reason.RELEASED,
    RunKind.STORE: Reason.STORE_TOLD,
}


def facts(run: RunView) -> UpdateFacts | UpdateBackFacts | ReleaseFacts | OrderFacts:
    """Return what a run knows beside the commit; of one that knows nothing yet, that."""
    return FACTS[run.kind].model_validate_json(run.mobile or "{}")


async def keep(step: Step, known: Fact) -> None:
    """Store what a run knows now, and show it."""
    await step.update(mobile=known.encode())


def agreed_on(run: RunView) -> tuple[str, ...]:
    """Return what people agree to besides the commit."""
    return (*facts(run).agreed_on(), run.why, run.override, run.emergency)


def ended(run: RunView) -> Reason:
    """Name the good end of a run."""
    return _ENDS[run.kind]


async def gates(step: Step) -> None:
    """Look again, at its turn, at what was true when people agreed."""
    raise NotImplementedError(step.name)


async def as_it_stands(kit: Kit, run: RunView) -> str:
    """Say, as far as observed, what people have now; for the card of a run that ended."""
    raise NotImplementedError(kit, run)


async def stopped(kit: Kit, run: RunView) -> str:
    """Finish a cancel: stop what was started, and say what became of it."""
    raise NotImplementedError(kit, run)
