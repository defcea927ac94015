"""The steps before anything moves: resolve the ref once, read the checks, take the turn in line."""

from typing import assert_never

from bot.engine.checks import Green, NoEvidence, Pending, Red, decide
from bot.engine.reasons import Reason
from bot.engine.shipping import Shipment
from bot.engine.states import RunState, StepName
from bot.errors import CancelRequested, StepFailed, VendorRejected
from bot.pipelines.needs import NO_SUCH_REF
from bot.pipelines.places import place
from bot.pipelines.step import Step


async def resolve(step: Step) -> str:
    """Turn the ref into one full commit SHA, for good; refuse what is live already."""
    run, there = step.run, place(step.kit, step.run)
    repository = there.service.repository
    if not run.sha:
        try:
            commit = await step.ask(lambda: step.kit.repository.resolve(repository, run.ref))
        except VendorRejected as error:
            if error.status not in NO_SUCH_REF:
                raise
            near = await step.ask(lambda: step.kit.repository.near_refs(repository, run.ref))
            hint = f" Did you mean {' or '.join(near[:3])}?" if near else ""
            msg = f"{repository} has no branch, tag or commit “{run.ref[:80]}”.{hint}"
            raise StepFailed(Reason.UNKNOWN_REF, msg) from error
        await step.update(
            sha=commit.sha,
            commit_title=commit.title[:200],
            commit_author=commit.author[:80],
            commit_url=commit.url,
            environment_url=there.environment.base_url,
        )
    await _refuse_if_live(step)
    return f"{run.ref[:60]} is {step.run.sha[:7]}"


async def _refuse_if_live(step: Step) -> None:
    there = place(step.kit, step.run)
    live = await step.ask(lambda: there.shipper.live(there.target))
    if live is None or await _is_ours(step, live):
        return
    if live.sha != step.run.previous_sha:
        await step.update(previous_sha=live.sha)
    if live.sha == step.run.sha and not step.run.again:
        raise StepFailed(Reason.ALREADY_LIVE, f"{step.run.environment} already runs {step.run.sha[:7]}.")


async def _is_ours(step: Step, live: Shipment) -> bool:
    """Say whether this run itself put it there: then Retry goes on to verify it instead of refusing."""
    if step.run.deployment_id:
        return live.id == step.run.deployment_id
    memory = await step.kit.reader.memory(step.run.id, StepName.SHIP)
    return "known" in memory and live.id not in memory["known"] and live.sha == step.run.sha


async def checks(step: Step) -> str:
    """Wait until CI has decided on exactly this commit; go on only when it is green."""
    there = place(step.kit, step.run)
    required = there.environment.required_checks
    timings = step.kit.project.timings
    while True:
        report = await step.ask(lambda: step.kit.repository.checks(there.service.repository, step.run.sha))
        source = "" if report.source == "check runs" else f" (read from {report.source})"
        match decide(report, required):
            case Green(passed):
                return f"{len(passed)} green{source}"
            case Red(failed):
                names = ", ".join(f"{check.name} ({check.said})" for check in failed[:5])
                msg = (
                    f"CI is red on {step.run.sha[:7]}: {names}. Fix it and push, then deploy the new commit."
                )
                raise StepFailed(
                    Reason.CHECKS_RED, msg, said=tuple(check.url for check in failed if check.url)
                )
            case NoEvidence():
                msg = f"No check has reported on {step.run.sha[:7]}: nothing says that it works."
                raise StepFailed(Reason.NO_CHECKS, msg)
            case Pending(running, missing):
                waiting_for = ", ".join([*(check.name for check in running), *missing][:5])
                if step.overdue(timings.checks_wait):
                    reason = Reason.CHECKS_PENDING if running else Reason.CHECKS_MISSING
                    raise StepFailed(reason, f"These checks did not finish in time: {waiting_for}.")
                await step.say(f"waiting for {waiting_for}{source}")
            case verdict:
                assert_never(verdict)
        await step.pause(timings.poll)


async def my_turn(step: Step) -> str:
    """Take the turn: look once more at what is live, then start moving things."""
    await step.stop_if_cancelled()
    await _refuse_if_overtaken(step)
    await _refuse_if_live(step)
    moved = await step.kit.runs.move(
        step.run.id, RunState.RUNNING, at=step.kit.clock.now(), actor="pawdeploy", attempt=step.run.attempt
    )
    if not moved:
        await step.stop_if_cancelled()
        if step.run.state is not RunState.RUNNING:
            raise CancelRequested
    return "first in line"


async def _refuse_if_overtaken(step: Step) -> None:
    """Put no older request over a newer one, however long its checks or its Retry took."""
    newer = await step.kit.reader.shipped_after(step.run)
    if newer is not None:
        where, what = step.run.environment, newer.sha[:7]
        raise StepFailed(Reason.OVERTAKEN, f"Run {newer.id}, asked for later, has shipped {what} to {where}.")
