"""The gates of a guarded environment: what would ship, and whether it has lived elsewhere long enough."""

import re

from bot.engine.migrations import Changes
from bot.engine.reasons import Reason
from bot.engine.soak import NotSoaked, Soaked, judge
from bot.engine.when import say_duration
from bot.errors import StepFailed, VendorError
from bot.pipelines import owed
from bot.pipelines.again import SHA
from bot.pipelines.compare import compared, unknown
from bot.pipelines.observe import observe
from bot.pipelines.places import place
from bot.pipelines.step import Step, once

_PULL = re.compile(r"(refs/)?pull/", re.IGNORECASE)
"""GitHub resolves ``pull/7/head`` as well, and that is a branch of anybody's."""


async def soak(step: Step) -> str:
    """Let only a commit through that has been well elsewhere for long enough, and is not in trouble now."""
    run, there = step.run, place(step.kit, step.run)
    wanted = there.environment.soak
    if wanted is None:
        return "no longer asked for"
    seen = True
    if not run.emergency and not run.override:
        seen = await step.ask(lambda: observe(step.kit, run.service, wanted.environment))
    verdict = judge(await step.kit.soaks.spans(run.service, wanted.environment), run.sha, wanted.seconds)
    had = f"{say_duration(verdict.seconds)} of {say_duration(wanted.seconds)} in {wanted.environment}"
    if isinstance(verdict, Soaked):
        if not seen:
            msg = f"{wanted.environment} cannot be observed right now. Before: {had}."
            raise StepFailed(Reason.NOT_SOAKED, msg)
        return (
            f"{say_duration(verdict.seconds)} in {wanted.environment}, {say_duration(wanted.seconds)} needed"
        )
    if run.emergency:
        return f"skipped, an emergency: {had}"
    if run.override:
        return f"overridden: {had}"
    raise StepFailed(Reason.NOT_SOAKED, _not_soaked(run.sha, had, wanted.environment, verdict))


def _not_soaked(sha: str, had: str, where: str, verdict: NotSoaked) -> str:
    """Say what is missing; the card's headline repeats the first sentence."""
    said = [f"{had}."]
    if verdict.trouble:
        said.insert(0, f"{where} is not well on it right now: {verdict.trouble.rstrip('.')}.")
    elif not verdict.live_now:
        said.append(f"{sha[:7]} is not what {where} runs now, so its clock stands still.")
    else:
        said.append(f"{say_duration(verdict.left)} to go.")
    lost = ", ".join(f"{say_duration(one.seconds)} ({one.why})" for one in verdict.lost[:3])
    return " ".join([*said, *([f"Not counted: {lost}."] if lost else [])])


async def changes(step: Step) -> str:
    """Gather what would ship: commits, authors, size, and every migration with what it destroys."""
    run = step.run
    if not run.rollback:
        await refuse_a_strangers_commit(step)
    base, head = (run.sha, run.previous_sha) if run.rollback else (run.previous_sha, run.sha)
    found = await _between(step, base, head)
    await step.update(changes=found.to_json())
    if found.migrations or not found.migrations_known:
        await owed.database(step.kit, step.run)
    if run.rollback:
        _refuse_if_irreversible(step, found)
    return said(found)


def said(found: Changes) -> str:
    """Say what ships, in a few words."""
    count = len(found.migrations)
    migrations = f"{count} migration{'' if count == 1 else 's'}" if count else "no migrations"
    if not found.migrations_known:
        migrations = f"at least {migrations}, maybe more" if count else "migrations unknown"
    sized = found.base and (found.commits or found.files_complete)
    commits = f"{found.commits} commit{'' if found.commits == 1 else 's'}" if sized else "size unknown"
    return f"{commits}, {migrations}"


async def _between(step: Step, base: str, head: str) -> Changes:
    if not base or not head:
        return unknown(base, head)
    repository, service = step.kit.repository, place(step.kit, step.run).service
    if not step.run.rollback:
        return await compared(repository, service, base, head, step.ask)
    try:
        return await compared(repository, service, base, head, once)
    except VendorError:
        return unknown(base, head)  # a way back does not wait for GitHub


async def refuse_a_strangers_commit(step: Step) -> None:
    """Ship only what is in a branch of ours: a fork's commit can be named by its SHA too."""
    run, there = step.run, place(step.kit, step.run)
    soaks = there.environment.soak
    named = not SHA.fullmatch(run.ref) and not run.sha.startswith(run.ref.lower())
    if named and not _PULL.match(run.ref):
        return  # a branch or tag of ours
    if soaks and any(
        span.sha == run.sha for span in await step.kit.soaks.spans(run.service, soaks.environment)
    ):
        return  # it has been live with us
    branch, repository = there.service.default_branch, there.service.repository
    if not await step.ask(lambda: step.kit.repository.contains(repository, branch, run.sha)):
        msg = f"{run.sha[:7]} is not in {branch} of {repository}. Name the branch or tag that holds it."
        raise StepFailed(Reason.UNKNOWN_REF, msg)


def _refuse_if_irreversible(step: Step, found: Changes) -> None:
    if not found.irreversible or step.run.override:
        return
    names = ", ".join(f"{one.path} ({one.why})" for one in found.irreversible[:5])
    msg = f"The way back crosses migrations that can't be undone: {names}. Data is not rolled back."
    raise StepFailed(Reason.IRREVERSIBLE, msg)
