"""Finish a cancel of a step that starts a GitHub workflow: have it stopped, and say what became of it."""

import structlog

from bot.engine.runs import RunView
from bot.engine.shipping import TERMINAL, Phase, Target
from bot.engine.states import StepName
from bot.errors import VendorError
from bot.pipelines.dispatch import target_of
from bot.pipelines.needs import Kit, Shipper
from bot.pipelines.places import find

log = structlog.get_logger(__name__)


async def stopped(kit: Kit, run: RunView, name: StepName, file: str) -> str:
    """Stop the workflow that step ``name`` started, if it did; return what is known of it then."""
    memory = await kit.reader.memory(run.id, name)
    if "known" not in memory:
        return "The workflow was not started."
    there = find(kit, run.service, run.environment)
    if there is None:
        return "The workflow's place is gone from pawdeploy.toml; look at it on GitHub."
    dispatcher = kit.dispatchers[run.service, run.environment]
    target = target_of(there, file)
    started = memory["id"][0] if "id" in memory else await _lost(kit, run, name, dispatcher, target, memory)
    if not started:
        return "Whether the workflow was started is not known; look at it on GitHub."
    return await _stop(kit, run, dispatcher, target, started)


async def _lost(
    kit: Kit, run: RunView, name: StepName, dispatcher: Shipper, target: Target, memory: dict[str, list[str]]
) -> str:
    """Look for a run we asked for without hearing of it; empty when none shows."""
    timings, since = kit.project.timings, kit.clock.now()
    limit = timings.vendor_patience
    while (kit.clock.now() - since).total_seconds() < limit:
        try:
            for shipment in await dispatcher.deployments(target):
                if shipment.id not in memory["known"] and shipment.run == run.id:
                    found = memory | {"id": [shipment.id], "page": [shipment.page]}
                    await kit.runs.write_step(run.id, name, memory=found, url=shipment.page)
                    return shipment.id
            limit = timings.vendor_settle  # it answers: no longer a matter of patience
        except VendorError as error:
            log.warning("looking for a lost workflow run", run=run.id, trouble=str(error))
        await kit.clock.sleep(min(timings.poll, 2.0))
    return ""


async def _stop(kit: Kit, run: RunView, dispatcher: Shipper, target: Target, started: str) -> str:
    """Cancel at GitHub until it agrees, for ``timings.vendor_patience``."""
    timings, since = kit.project.timings, kit.clock.now()
    trouble = ""
    while (kit.clock.now() - since).total_seconds() < timings.vendor_patience:
        try:
            seen = await dispatcher.look(target, started)
            if seen.phase is Phase.LIVE:
                return "The workflow had succeeded before it could be stopped."
            if seen.phase in TERMINAL:
                return f"The workflow has ended ({seen.raw}); what it did until then stands."
            await dispatcher.cancel(target, started)
        except VendorError as error:
            trouble = str(error)
            log.warning("cancel is not through yet", run=run.id, trouble=trouble)
        await kit.clock.sleep(min(timings.poll, 2.0))
    return f"The workflow could not be stopped: {trouble or 'it has not ended'}. Look at it on GitHub."
