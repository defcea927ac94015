"""What people agreed to no longer holds: say so, forget it, and have the run prepare and ask anew."""

import re

from bot.db.runs_store import Note, Value
from bot.engine.states import RunKind, RunState, StepName, StepState
from bot.errors import AskAgain, CancelRequested, VendorRejected
from bot.pipelines.needs import NO_SUCH_REF
from bot.pipelines.places import place
from bot.pipelines.plan import config_digest
from bot.pipelines.step import Step

SHA = re.compile(r"[0-9a-f]{40}")
_BEFORE = frozenset(
    {
        StepName.RESOLVE,
        StepName.CHECKS,
        StepName.SOAK,
        StepName.CHANGES,
        StepName.NATIVE,
        StepName.CONSENT,
        StepName.LINE,
    }
)
_FOLLOWING = frozenset({RunKind.DEPLOY, RunKind.WORKFLOW, RunKind.UPDATE})
"""Kinds that are about a ref's newest commit; a release is about its builds."""
_SETTLED = frozenset({RunKind.RELEASE, RunKind.STORE})
"""Kinds that keep what they made before people were asked: a build is not made twice, nor an order given."""
_ASKING = frozenset({StepName.RESOLVE, StepName.CONSENT, StepName.LINE})
_ONLY_ASKING = frozenset({StepName.CONSENT, StepName.LINE})
_STARTS: dict[RunKind, StepName] = {
    RunKind.DEPLOY: StepName.SHIP,
    RunKind.WORKFLOW: StepName.WORKFLOW,
    RunKind.UPDATE: StepName.PUBLISH,
}
"""The step that starts, at a vendor, what a ref's commit was agreed to for."""
_OF_ASKING: dict[str, Value] = {
    "binding": "",
    "config_digest": "",
    "listening": False,
    "asked_at": None,
    "expires_at": None,
    "barred": "",
}
_FORGOTTEN: dict[str, Value] = _OF_ASKING | {
    "sha": "",
    "commit_title": "",
    "commit_author": "",
    "commit_url": "",
    "previous_sha": "",
    "changes": "",
    "mobile": "",
    "override": "",  # it was for the commit people saw
    "override_by": "",
}


async def what_moved(step: Step) -> str:
    """Say what changed since people were asked: the commit the ref names, or the project file. Else empty.

    Raises:
        VendorError: when GitHub cannot be asked.

    """
    run, there = step.run, place(step.kit, step.run)
    digest = config_digest(step.kit.project, there.service, run.environment, run.workflow_name)
    if await step.kit.consents.config_digest(run.id) not in ("", digest):
        return "pawdeploy.toml changed since people were asked"
    if run.kind not in _FOLLOWING or SHA.fullmatch(run.ref) or await _begun(step):
        return ""
    try:
        head = await step.kit.repository.resolve(there.service.repository, run.ref)
    except VendorRejected as error:
        if error.status not in NO_SUCH_REF:
            raise
        return f"{run.ref[:60]} is gone"
    if head.sha == run.sha:
        return ""
    return f"{run.ref[:60]} moved from {run.sha[:7]} to {head.sha[:7]}"


async def ask_again(step: Step, why: str) -> None:
    """Take the run back to its beginning with no voice left.

    Raises:
        AskAgain: the way out of this step.

    """
    # Not as a sentence's first word: a branch and a file keep their names.
    note = f"This run asks again: {why}. Approvals given before no longer count."
    settled, begun = step.run.kind in _SETTLED, await _begun(step)
    redo, fields = (_ASKING, _OF_ASKING) if settled or begun else (_BEFORE, _FORGOTTEN)
    await _back(step, why, redo=_ONLY_ASKING if begun else redo, fields=fields, note=note)


async def _begun(step: Step) -> bool:
    """Say whether a try before has started something at a vendor: that is of its commit, and stays so.

    Were it forgotten, the run would go on with what is out and call it another commit.
    """
    name = _STARTS.get(step.run.kind)
    if name is None or not step.run.has(name):
        return False
    return step.run.step(name).state is StepState.DONE or "known" in await step.kit.reader.memory(
        step.run.id, name
    )


async def wait_again(step: Step, why: str) -> None:
    """Take the run back to waiting for people; what they said and did not withdraw still counts.

    Raises:
        AskAgain: the way out of this step.

    """
    note = f"This run waits for approvals again: {why}."
    await _back(step, why, redo=frozenset({StepName.CONSENT, StepName.LINE}), fields={}, note=note)


async def _back(
    step: Step, why: str, *, redo: frozenset[StepName], fields: dict[str, Value], note: str
) -> None:
    run = step.run
    moved = await step.kit.runs.move(
        run.id,
        RunState.PREPARING,
        at=step.kit.clock.now(),
        actor="pawdeploy",
        attempt=run.attempt,
        only_from=frozenset({RunState.PREPARING, RunState.WAITING}),
        fields={**fields, "attempt": run.attempt + 1, "starts": 1, "line_at": None, "detail": why},
        redo=redo,
        note=Note(f"run:{run.id}:again:{run.attempt}", note),
    )
    step.kit.cards.changed()
    if not moved:
        raise CancelRequested
    raise AskAgain
