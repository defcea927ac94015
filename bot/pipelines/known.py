"""What runs of apps know beside the commit: read from the run, kept in it. One shape by kind."""

from bot.engine.mobile import Fact
from bot.engine.ota import UpdateBackFacts, UpdateFacts
from bot.engine.release import OrderFacts, ReleaseFacts
from bot.engine.runs import RunView
from bot.engine.states import RunKind
from bot.pipelines.step import Step

FACTS: dict[RunKind, type[UpdateFacts | UpdateBackFacts | ReleaseFacts | OrderFacts]] = {
    RunKind.UPDATE: UpdateFacts,
    RunKind.UPDATE_BACK: UpdateBackFacts,
    RunKind.RELEASE: ReleaseFacts,
    RunKind.STORE: OrderFacts,
}


def facts(run: RunView) -> UpdateFacts | UpdateBackFacts | ReleaseFacts | OrderFacts:
    """Return what a run knows beside the commit; of one that knows nothing yet, that."""
    return FACTS[run.kind].model_validate_json(run.mobile or "{}")


def of_update(run: RunView) -> UpdateFacts:
    """Return what an update knows."""
    return UpdateFacts.model_validate_json(run.mobile or "{}")


def of_back(run: RunView) -> UpdateBackFacts:
    """Return what a way back of an update knows."""
    return UpdateBackFacts.model_validate_json(run.mobile or "{}")


def out(run: RunView) -> bool:
    """Say whether a run of an app is known to have reached people, or a store."""
    match facts(run) if run.mobile else None:
        case UpdateFacts(groups=groups):
            return bool(groups)
        case UpdateBackFacts(deleted=deleted, made=made):
            return bool(deleted or made)
        case ReleaseFacts(submissions=submissions):
            return bool(submissions)
        case OrderFacts(after=after):
            return bool(after)
        case _:
            return False


def of_release(run: RunView) -> ReleaseFacts:
    """Return what a release knows."""
    return ReleaseFacts.model_validate_json(run.mobile or "{}")


def of_order(run: RunView) -> OrderFacts:
    """Return what an order to the stores knows."""
    return OrderFacts.model_validate_json(run.mobile)


async def keep(step: Step, known: Fact) -> None:
    """Store what a run knows now, and show it."""
    await step.update(mobile=known.encode())
