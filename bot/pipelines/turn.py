"""The step between waiting and moving: everything that was true when people agreed is looked at once more.

From the last look to the first effect nothing is waited for, and taking the turn counts the voices in the
transaction that ends the asking.
"""

from collections.abc import Mapping

from bot.engine.consent import Expired, Granted, Rejected, Voice, Waiting
from bot.engine.reasons import Reason
from bot.engine.states import HELD, MOBILE, RunKind, RunState, StepName
from bot.errors import CancelRequested, StepFailed, VendorUnavailable
from bot.pipelines import mobile
from bot.pipelines.again import ask_again, wait_again, what_moved
from bot.pipelines.gather import refuse_if_live
from bot.pipelines.guard import soak
from bot.pipelines.held import refuse_if_held
from bot.pipelines.places import place
from bot.pipelines.plan import deploy_steps
from bot.pipelines.reconcile import reconcile
from bot.pipelines.standing import counted, no_consent, the_ask
from bot.pipelines.step import Step, why
from bot.pipelines.workflow import refuse_if_changed

_BLINK = 1.0
"""Seconds at most between two looks at what Slack shows."""


async def my_turn(step: Step) -> str:
    """Take the turn: look once more at what may have changed in line, then start moving things."""
    await step.stop_if_cancelled()
    await _gates(step)
    if step.run.has(StepName.CONSENT):
        await _with_consent(step)
    else:
        await _without(step)
    return "first in line"


async def _gates(step: Step) -> None:
    if step.run.kind in MOBILE:
        await mobile.gates(step)
        return
    if step.run.kind is RunKind.WORKFLOW:  # how things are mended: neither locks nor freezes stop it
        refuse_if_changed(step)
        return
    if not step.run.rollback:
        await refuse_if_held(step)  # first: who went back has a lock, and that is what to be told of
        await _refuse_if_overtaken(step)
        await soak(step)  # also where the project file came to ask for it after the request
        _refuse_if_lacking(step)
    await refuse_if_live(step)


def _refuse_if_lacking(step: Step) -> None:
    """Ship nothing past migrations or a watch the project file came to ask for after the request."""
    run, there = step.run, place(step.kit, step.run)
    wanted = deploy_steps(there.service, there.environment) & {StepName.MIGRATE, StepName.WATCH}
    if lacking := sorted(name.value for name in wanted if not run.has(name)):
        what = " and ".join(lacking)
        msg = f"pawdeploy.toml asks for more by now ({what}) than this run was made for. Start a new run."
        raise StepFailed(Reason.CONSENT_VOID, msg)


async def _without(step: Step) -> None:
    run, environment = step.run, place(step.kit, step.run).environment
    nobody_needed = run.going_back and (run.automatic or run.emergency)
    if environment.guarded and not nobody_needed:
        msg = f"{step.run.environment} needs approvals by now, and nobody was asked. Start a new run."
        raise StepFailed(Reason.CONSENT_VOID, msg)
    moved = await step.kit.runs.move(
        step.run.id, RunState.RUNNING, at=step.kit.clock.now(), actor="pawdeploy", attempt=step.run.attempt
    )
    if not moved:
        await _must_be_running(step)


async def _with_consent(step: Step) -> None:
    if step.run.state is RunState.RUNNING:
        return  # taken before a crash
    while not await _taken(step):
        # Slack kept us waiting, or somebody's reaction changed meanwhile: everything is looked at once more.
        await _gates(step)


async def _taken(step: Step) -> bool:
    """Take the turn if enough people agree; false when that could not be seen in one go."""
    if moved := await step.ask(lambda: what_moved(step)):
        await ask_again(step, moved)
    seen = await _read_reactions(step)
    if seen is None:
        return False
    if step.run.kind in HELD:
        await refuse_if_held(step)  # Slack may have kept us waiting, and somebody may have locked meanwhile
    await step.stop_if_cancelled()
    if step.run.asking is None:
        await ask_again(step, "nobody has been asked")
    ask, now = the_ask(step.run), step.kit.clock.now()
    taken = await step.kit.consents.take_turn(
        step.run.id,
        step.run.attempt,
        binding=ask.binding,
        quorum=ask.quorum,
        requester=ask.requester,
        at=now,
        seen=seen,
    )
    await step.stop_if_cancelled()
    if taken:
        step.kit.cards.changed()
        return True
    match counted(step.run, now):
        case Rejected() | Expired() as verdict:
            raise no_consent(verdict)
        case Waiting():
            await wait_again(step, "an approval was withdrawn")
        case Granted():
            if now >= ask.expires_at:
                msg = f"The approvals held until {ask.expires_at:%H:%M} UTC, and its turn came later."
                raise StepFailed(Reason.EXPIRED, msg)
            if step.run.state is not RunState.WAITING:
                await _must_be_running(step)
                return True
    await step.pause(min(step.kit.project.timings.poll, _BLINK))
    return False


async def _must_be_running(step: Step) -> None:
    await step.stop_if_cancelled()
    if step.run.state is not RunState.RUNNING:
        raise CancelRequested


async def _read_reactions(step: Step) -> Mapping[str, Voice] | None:
    """Read whether somebody took their word back; None, after a pause, when Slack cannot tell now."""
    seen, cause, wait = None, None, min(step.kit.project.timings.poll, _BLINK)
    try:
        seen = await reconcile(step.kit, step.run.id)
    except VendorUnavailable as error:
        cause, wait = error, error.retry_after or step.kit.project.timings.poll
        await step.say(f"approved; reading the reactions once more, Slack is not answering ({why(error)})")
    if seen is None:
        # Without trouble: the card was posted anew and is not in Slack yet.
        if step.run.asking and step.kit.clock.now() >= step.run.asking.expires_at:
            msg = "Slack could not say whether the approvals still stand before their time was over."
            raise StepFailed(Reason.EXPIRED, msg) from cause
        await step.pause(wait)
    return seen


async def _refuse_if_overtaken(step: Step) -> None:
    """Put no older request over a newer one, however long its checks or its Retry took."""
    newer = await step.kit.reader.shipped_after(step.run)
    if newer is not None:
        where, what = step.run.environment, newer.sha[:7]
        raise StepFailed(Reason.OVERTAKEN, f"Run {newer.id}, asked for later, has shipped {what} to {where}.")
