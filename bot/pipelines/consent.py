"""The step that waits for people: ask once, listen to buttons and reactions, count, remind, stop.

What was said is in ``ConsentStore``; what it means is in ``bot/engine/consent.py``.
"""

from datetime import timedelta

import structlog

from bot.engine.consent import Expired, Granted, Rejected, Waiting, bind
from bot.engine.migrations import Changes
from bot.engine.reasons import Reason
from bot.engine.runs import RunView
from bot.engine.states import MOBILE, RunKind
from bot.errors import StepFailed, VendorError
from bot.pipelines import app_authors, mobile, owed
from bot.pipelines.again import ask_again, what_moved
from bot.pipelines.places import place
from bot.pipelines.plan import config_digest
from bot.pipelines.reconcile import reconcile
from bot.pipelines.standing import counted, no_consent, the_ask
from bot.pipelines.step import Step

log = structlog.get_logger(__name__)

_BLINK = 1.0
"""Seconds at most between two counts: how late a last voice may start a deploy."""


async def consent(step: Step) -> str:
    """Wait until enough of the right people agree to exactly this run."""
    if step.run.asking is None:
        await _ask(step)
    await owed.ask(step.kit, step.run)
    looked, every = None, timedelta(seconds=step.kit.project.timings.reconcile)
    while True:
        await step.stop_if_cancelled()
        now = step.kit.clock.now()
        if looked is None or now - looked >= every or await _just_shown(step):
            looked = now
            await _catch_up(step)
        match counted(step.run, now):
            case Granted(by):
                return f"{len(by)} of {the_ask(step.run).quorum}"
            case Waiting(have, needed):
                await step.say(f"{len(have)} of {len(have) + needed}")
            case Rejected() | Expired() as verdict:
                raise no_consent(verdict)
        await _remind(step)
        await step.pause(min(step.kit.project.timings.poll, _BLINK))


async def _ask(step: Step) -> None:
    """Open a round: from here on voices are bound to exactly this."""
    run, kit, there = step.run, step.kit, place(step.kit, step.run)
    approval = there.environment.approval
    if approval is None:
        msg = f"pawdeploy.toml no longer says who approves for {run.environment}. Start a new run."
        raise StepFailed(Reason.CONSENT_VOID, msg)
    now, round_ = kit.clock.now(), await kit.consents.last_round(run.id) + 1
    digest = config_digest(kit.project, there.service, run.environment, run.workflow_name)
    await kit.consents.ask(
        run.id,
        run.attempt,
        binding=bind(
            service=run.service,
            environment=run.environment,
            sha=run.sha,
            config_digest=digest,
            run_id=run.id,
            round=round_,
            extras=(run.kind.value, *_beside_the_commit(run)),
        ),
        round=round_,
        quorum=approval.quorum + bool(run.override and not run.going_back),
        asked_at=now,
        expires_at=now + timedelta(seconds=approval.expires),
        barred=() if approval.committers else await _committers(step),
        config_digest=digest,
    )
    await step.stop_if_cancelled()
    kit.cards.changed()


def _beside_the_commit(run: RunView) -> tuple[str, ...]:
    """Return what else people agree to."""
    if run.kind in MOBILE:
        return mobile.agreed_on(run)
    if run.kind is RunKind.WORKFLOW:
        return (run.workflow_file, run.inputs)
    return (run.restore_id, run.emergency, run.override)


async def _committers(step: Step) -> tuple[str, ...]:
    """Return the Slack users who wrote some of it, as far as ``github_logins`` knows them."""
    if step.run.kind in MOBILE:
        authors = await app_authors.authors(step)
    elif not step.run.changes:
        return ()
    else:
        authors = frozenset(author.lower() for author in Changes.from_json(step.run.changes).authors)
    known = step.kit.project.github_logins
    return tuple(user for user, login in known.items() if login.lower() in authors)


async def _just_shown(step: Step) -> bool:
    """Say whether the card that asks has come to Slack: the sooner it is heard, the fewer come too early."""
    consents, run_id = step.kit.consents, step.run.id
    return not await consents.listening(run_id) and await consents.shown(run_id)


async def _catch_up(step: Step) -> None:
    """Read the reactions, look whether the ref moved. Trouble can wait: both are done before shipping too."""
    try:
        await reconcile(step.kit, step.run.id)
        moved = await what_moved(step)
    except VendorError as error:
        log.warning("what people said and what they agreed to was not read", trouble=str(error))
        return
    if moved:
        await ask_again(step, moved)
    await step.stop_if_cancelled()


async def _remind(step: Step) -> None:
    approval = place(step.kit, step.run).environment.approval
    ask = the_ask(step.run)
    if approval and step.kit.clock.now() >= ask.expires_at - timedelta(seconds=approval.remind):
        await owed.remind(step.kit, step.run)
