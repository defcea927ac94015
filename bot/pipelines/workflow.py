"""The steps only a run that starts a workflow has: what exactly it starts, starting it once, stopping it.

What is sent stands in the project file and nowhere else: nothing a person typed is among it.
"""

import json

import structlog

from bot.apps import Workflow
from bot.db.runs_store import Value
from bot.engine.reasons import Reason
from bot.engine.runs import RunView
from bot.engine.shipping import TERMINAL, Phase, Target
from bot.engine.states import StepName
from bot.errors import StepFailed, VendorError
from bot.pipelines.dispatch import Job, once_only, target_of
from bot.pipelines.gather import commit_named
from bot.pipelines.needs import Kit, Shipper
from bot.pipelines.places import find, place
from bot.pipelines.step import Step

log = structlog.get_logger(__name__)


def described(entry: Workflow) -> dict[str, Value]:
    """Return what a run keeps of a workflow, by column: that it does, whatever the file says later."""
    return {
        "workflow": entry.title,
        "workflow_name": entry.name,
        "workflow_file": entry.file,
        "inputs": json.dumps(entry.inputs, sort_keys=True) if entry.inputs else "",
    }


async def resolve(step: Step) -> str:
    """Turn the workflow's ref into one full commit SHA, and take what is sent from the project file."""
    if not step.run.sha:
        entry, there = _entry(step), place(step.kit, step.run)
        ref = entry.ref or there.service.default_branch
        commit = await commit_named(step, ref)
        await step.update(
            ref=ref,
            sha=commit.sha,
            commit_title=commit.title[:200],
            commit_author=commit.author[:80],
            commit_url=commit.url,
            **{name: str(value) for name, value in described(entry).items()},
        )
    return f"{step.run.ref[:60]} is {step.run.sha[:7]}"


def refuse_if_changed(step: Step) -> None:
    """Stop where the project file says something else by now; who asked people asks them again instead."""
    run, entry = step.run, _entry(step)
    kept = {name: getattr(run, name) for name in described(entry)}
    if kept != described(entry) and not run.has(StepName.CONSENT):
        msg = f"pawdeploy.toml says something else of “{run.workflow}” by now. Start it anew."
        raise StepFailed(Reason.CONSENT_VOID, msg)


def _entry(step: Step) -> Workflow:
    run = step.run
    entry = step.kit.project.workflow(run.workflow_name)
    if entry is None or (entry.service, entry.environment) != (run.service, run.environment):
        what = f"no workflow “{run.workflow_name}” for {run.service} in {run.environment} any more"
        raise StepFailed(Reason.UNKNOWN_WORKFLOW, f"pawdeploy.toml has {what}.")
    return entry


async def run(step: Step) -> str:
    """Start the workflow, once, with what people agreed to; follow it to its end."""
    entry = step.kit.project.workflow(step.run.workflow_name)
    job = Job(
        file=step.run.workflow_file,
        inputs=step.run.sent,
        what="The workflow",
        done="succeeded",
        limit=entry.timeout if entry else step.kit.project.timings.deployment_timeout,
        failed=Reason.WORKFLOW_FAILED,
        unknown=Reason.WORKFLOW_UNKNOWN,
        say_failed=lambda said: f"The workflow failed: {said[:300].rstrip('.')}.",
    )
    return await once_only(step, job)


async def stopped(kit: Kit, run: RunView) -> str:
    """Finish a cancel: have what was started stopped at GitHub, and say what became of it."""
    memory = await kit.reader.memory(run.id, StepName.WORKFLOW)
    if "known" not in memory:
        return "The workflow was not started."
    there = find(kit, run.service, run.environment)
    if there is None:
        return "The workflow's place is gone from pawdeploy.toml; look at it on GitHub."
    dispatcher = kit.dispatchers[run.service, run.environment]
    target = target_of(there, run.workflow_file)
    started = memory["id"][0] if "id" in memory else await _lost(kit, run, dispatcher, target, memory)
    if not started:
        return "Whether the workflow was started is not known; look at it on GitHub."
    return await _stop(kit, run, dispatcher, target, started)


async def _lost(
    kit: Kit, run: RunView, dispatcher: Shipper, target: Target, memory: dict[str, list[str]]
) -> str:
    """Look for a run we asked for without hearing of it; empty when none shows."""
    timings, since = kit.project.timings, kit.clock.now()
    limit = timings.vendor_patience
    while (kit.clock.now() - since).total_seconds() < limit:
        try:
            for shipment in await dispatcher.deployments(target):
                if shipment.id not in memory["known"] and shipment.run == run.id:
                    found = memory | {"id": [shipment.id], "page": [shipment.page]}
                    await kit.runs.write_step(run.id, StepName.WORKFLOW, memory=found, url=shipment.page)
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
