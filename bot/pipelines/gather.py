"""The steps that gather facts: which commit is meant, and whether CI and the testing agent let it pass."""

from typing import assert_never

from bot.engine.checks import Green, NoEvidence, Pending, Red, decide
from bot.engine.reasons import Reason
from bot.engine.runs import Commit
from bot.engine.shipping import Shipment
from bot.engine.signals import Failed, Missing, Passed, decide_signals
from bot.engine.states import StepName
from bot.errors import StepFailed, VendorRejected
from bot.pipelines.needs import NO_SUCH_REF
from bot.pipelines.places import find, place
from bot.pipelines.step import Step


async def resolve(step: Step) -> str:
    """Turn the ref into one full commit SHA, for good; refuse what is live already."""
    run, there = step.run, place(step.kit, step.run)
    if not run.sha:
        ref = run.ref or await _what_soaks(step)
        await keep_commit(step, ref, environment_url=there.environment.base_url)
    await refuse_if_live(step)
    if not run.ref and there.environment.soak:
        return f"{there.environment.soak.environment} runs {step.run.sha[:7]}"
    return f"{step.run.ref[:60]} is {step.run.sha[:7]}"


async def keep_commit(step: Step, ref: str, **beside: str) -> None:
    """Keep which commit ``ref`` names now, for good, and what else is known of it.

    Raises:
        StepFailed: ``unknown_ref``, with those close to it.

    """
    commit = await _commit_named(step, ref)
    await step.update(
        ref=ref,
        sha=commit.sha,
        commit_title=commit.title[:200],
        commit_author=commit.author[:80],
        commit_url=commit.url,
        **beside,
    )


async def _commit_named(step: Step, ref: str) -> Commit:
    repository = place(step.kit, step.run).service.repository
    try:
        return await step.ask(lambda: step.kit.repository.resolve(repository, ref))
    except VendorRejected as error:
        if error.status not in NO_SUCH_REF:
            raise
        near = await step.ask(lambda: step.kit.repository.near_refs(repository, ref))
        hint = f" Did you mean {' or '.join(near[:3])}?" if near else ""
        msg = f"{repository} has no branch, tag or commit “{ref[:80]}”.{hint}"
        raise StepFailed(Reason.UNKNOWN_REF, msg) from error


async def _what_soaks(step: Step) -> str:
    """Return the commit that the environment before this one runs: what is shipped when nothing is named."""
    run, there = step.run, place(step.kit, step.run)
    before = there.environment.soak.environment if there.environment.soak else ""
    source = find(step.kit, run.service, before)
    if source is None:
        return there.service.default_branch
    live = await step.ask(lambda: source.shipper.live(source.target))
    if live is None or not live.sha:
        msg = f"What {before} runs is not known, so there is nothing to ship. Name a branch, tag or commit."
        raise StepFailed(Reason.UNKNOWN_REF, msg)
    return live.sha


async def refuse_if_live(step: Step) -> None:
    """Learn what is live; refuse to ship it once more without being told to."""
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
                waiting_for = await _suites_missing(step)
                if not waiting_for:
                    return f"{len(passed)} green{source}{_tested(step)}"
                if step.overdue(timings.checks_wait):
                    msg = f"The testing agent did not report in time: {waiting_for}."
                    raise StepFailed(Reason.TESTS_MISSING, msg)
                await step.say(f"{len(passed)} green{source}; waiting for the testing agent: {waiting_for}")
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


async def _suites_missing(step: Step) -> str:
    """Name the suites the testing agent has not reported on; refuse when one failed."""
    required = place(step.kit, step.run).environment.required_suites
    match decide_signals(required, await step.kit.signals.verdicts(step.run.sha)):
        case Missing(names):
            return ", ".join(names)
        case Failed(signals):
            red = ", ".join(signal.suite for signal in signals)
            msg = f"The testing agent failed {step.run.sha[:7]}: {red}. Fix it and push, then deploy again."
            links = tuple(signal.url for signal in signals if signal.url)
            raise StepFailed(Reason.TESTS_RED, msg, said=links)
        case Passed():
            return ""
        case verdict:
            assert_never(verdict)


def _tested(step: Step) -> str:
    suites = place(step.kit, step.run).environment.required_suites
    return f"; tested: {', '.join(suites)}" if suites else ""
