"""Start a GitHub workflow once for a run and follow it to its end. Never done twice, never retried.

Whoever wants it says which, and in what words its end is told. A step that dispatches keeps in its memory the
runs it ``known`` before, then the ``id`` of its own: between the two a crash leaves a start to be looked for.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from bot.engine.reasons import Reason
from bot.engine.shipping import TERMINAL, Phase, Progress, Shipment, Target
from bot.errors import StepFailed, VendorUnavailable
from bot.pipelines.needs import Shipper
from bot.pipelines.places import Place, place
from bot.pipelines.step import Step, why


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """One workflow to start, and how its end is told."""

    file: str
    inputs: Mapping[str, str] = field(default_factory=dict)
    """What is sent besides our own."""
    what: str
    """As a sentence begins with it: ``The migration``."""
    done: str
    limit: float
    """Seconds it is followed."""
    failed: Reason
    unknown: Reason
    say_failed: Callable[[str], str]
    """Makes a sentence of what GitHub says of a failure."""


async def once_only(step: Step, job: Job) -> str:
    """Start the workflow unless this run has, and wait for its end.

    Raises:
        StepFailed: ``job.failed``, or ``job.unknown`` where nobody can say how it ended or whether it began.

    """
    return await _follow(step, job, await started(step, job))


async def started(step: Step, job: Job) -> str:
    """Start the workflow unless this run has; return the id of its run.

    Raises:
        StepFailed: ``job.unknown``, where nobody can say whether it began.

    """
    return await _found(step, job) or await _start(step, job)


async def look(step: Step, job: Job, run: str) -> Progress:
    """Look once at the workflow's ``run``; return how far it is.

    Raises:
        StepFailed: ``job.failed``, when it has ended badly.

    """
    dispatcher, target = _at(step, job)
    seen = await step.ask(lambda: dispatcher.look(target, run))
    if seen.phase in TERMINAL and seen.phase is not Phase.LIVE:
        said = await dispatcher.last_lines(target, run)
        raise StepFailed(job.failed, job.say_failed(seen.failing or seen.raw), said=said)
    return seen


def target_of(there: Place, file: str, inputs: Mapping[str, str] | None = None) -> Target:
    """Describe a workflow of the place."""
    return replace(there.target, workflow=file, inputs=inputs or {})


def _at(step: Step, job: Job) -> tuple[Shipper, Target]:
    dispatcher = step.kit.dispatchers[step.run.service, step.run.environment]
    return dispatcher, target_of(place(step.kit, step.run), job.file, job.inputs)


async def _found(step: Step, job: Job) -> str:
    """Return the workflow run a crash left; a start that cannot be found is never made again."""
    memory = await step.recall()
    if "id" in memory:
        return memory["id"][0]
    if "known" not in memory:
        return ""
    if found := await _appears(step, job, frozenset(memory["known"])):
        return await _noted(step, found)
    raise _unknown(job)


async def _start(step: Step, job: Job) -> str:
    dispatcher, target = _at(step, job)
    known = [one.id for one in await step.ask(lambda: dispatcher.deployments(target))]
    await step.stop_if_cancelled()
    await step.remember(**await step.recall() | {"known": known})
    try:
        return await _noted(step, await dispatcher.start(target, step.run.sha, run=step.run.id))
    except VendorUnavailable as error:
        await step.say(f"{error.vendor} did not answer, looking for the run ({why(error)})")
        if found := await _appears(step, job, frozenset(known)):
            return await _noted(step, found)
        raise _unknown(job) from error


async def _noted(step: Step, shipment: Shipment) -> str:
    memory = await step.recall()
    await step.remember(**memory | {"id": [shipment.id], "page": [shipment.page]})
    await step.say("started", url=shipment.page)
    return shipment.id


async def _appears(step: Step, job: Job, known: frozenset[str]) -> Shipment | None:
    (dispatcher, target), timings = _at(step, job), step.kit.project.timings
    since = step.kit.clock.now()
    while True:
        for shipment in await step.ask(lambda: dispatcher.deployments(target)):
            if shipment.id not in known and shipment.run == step.run.id:
                return shipment
        if (step.kit.clock.now() - since).total_seconds() >= timings.vendor_settle:
            return None
        await step.pause(min(timings.poll, timings.vendor_settle))


def _unknown(job: Job) -> StepFailed:
    msg = (
        f"Whether {job.file} was started is not known, and it is never started twice. "
        "Look at it on GitHub, then ask for a new run."
    )
    return StepFailed(job.unknown, msg)


async def _follow(step: Step, job: Job, run: str) -> str:
    while True:
        seen = await look(step, job, run)
        if seen.phase is Phase.LIVE:
            return job.done
        if step.overdue(job.limit):
            msg = f"{job.what} was still {seen.raw} after {job.limit / 60:.0f} min."
            raise StepFailed(job.unknown, f"{msg} Look at it on GitHub before anything else.")
        await step.say(seen.phase.value)
        await step.pause(step.kit.project.timings.poll)
