"""The steps only a run that starts a workflow has: what exactly it starts, starting it once, stopping it.

What is sent stands in the project file and nowhere else: nothing a person typed is among it.
"""

import json

from bot.apps import Workflow
from bot.db.runs_store import Value
from bot.engine.reasons import Reason
from bot.engine.runs import RunView
from bot.engine.states import StepName
from bot.errors import StepFailed
from bot.pipelines import dispatch_stop
from bot.pipelines.dispatch import Job, once_only
from bot.pipelines.gather import keep_commit
from bot.pipelines.needs import Kit
from bot.pipelines.places import place
from bot.pipelines.step import Step


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
        await keep_commit(step, ref, **{name: str(value) for name, value in described(entry).items()})
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
    return await dispatch_stop.stopped(kit, run, StepName.WORKFLOW, run.workflow_file)
