"""What runs of apps do otherwise than deploys: what people agree to, what is looked at again, how they end.

One place to turn to, by kind; the work itself is in ``ota`` and ``release``.
"""

from bot.engine.reasons import Reason
from bot.engine.runs import RunView
from bot.engine.states import RunKind
from bot.pipelines.known import facts
from bot.pipelines.needs import Kit
from bot.pipelines.ota import ends as ota_ends
from bot.pipelines.release import ends as release_ends
from bot.pipelines.step import Step

_OTA = frozenset({RunKind.UPDATE, RunKind.UPDATE_BACK})
_ENDS = {
    RunKind.UPDATE: Reason.UPDATED,
    RunKind.UPDATE_BACK: Reason.UPDATE_TAKEN_BACK,
    RunKind.RELEASE: Reason.RELEASED,
    RunKind.STORE: Reason.STORE_TOLD,
}


def agreed_on(run: RunView) -> tuple[str, ...]:
    """Return what people agree to besides the commit."""
    return (*facts(run).agreed_on(), run.why, run.override, run.emergency)


def ended(run: RunView) -> Reason:
    """Name the good end of a run."""
    return _ENDS[run.kind]


async def gates(step: Step) -> None:
    """Look again, at its turn, at what was true when people agreed."""
    if step.run.kind in _OTA:
        await ota_ends.gates(step)
    else:
        await release_ends.gates(step)


async def started(kit: Kit, run: RunView) -> bool:
    """Say whether a vendor is known to have something the run started."""
    if run.kind in _OTA:
        return await ota_ends.started(kit, run)
    return await release_ends.started(kit, run)


async def as_it_stands(kit: Kit, run: RunView) -> str:
    """Say, as far as observed, what people have now; for the card of a run that ended."""
    if run.kind in _OTA:
        return await ota_ends.as_it_stands(kit, run)
    return await release_ends.as_it_stands(kit, run)


async def stopped(kit: Kit, run: RunView) -> str:
    """Finish a cancel: stop what was started, and say what became of it."""
    if run.kind in _OTA:
        return await ota_ends.stopped(kit, run)
    return await release_ends.stopped(kit, run)
