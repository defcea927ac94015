"""Raise the app's version, once, through GitHub.

The step's memory: ``base``, the commit it is raised on, with ``version`` and ``old``, before anything is
written; then, for a pull request, its ``number`` and ``page``. A commit of ours is told by its message.
"""

from bot.engine.mobile import marked, run_of
from bot.engine.reasons import Reason
from bot.engine.runs import Commit, RunView
from bot.engine.states import StepName
from bot.errors import StepFailed, VendorError, VendorRejected, VendorUnavailable
from bot.pipelines.gather import checks
from bot.pipelines.known import of_release
from bot.pipelines.needs import Kit
from bot.pipelines.release.shop import Shop, find_shop, shop
from bot.pipelines.release.version import Raised, raised_at, refuse_used
from bot.pipelines.step import Step, why

_TRIES = 5
"""How often it is tried on a branch that moves meanwhile."""
_MOVED = frozenset({409, 422})


async def bump(step: Step) -> str:
    """Raise it; the run goes on with the commit that came of it."""
    here, known = shop(step.kit, step.run), of_release(step.run)
    if not known.bump:
        by_pull = here.config.bump == "pull-request"
        sha, page = await (_by_pull_request if by_pull else _by_commit)(step, here)
        await _go_on_with(step, here, sha, page)
        known = of_release(step.run)
    return f"{known.old_version} → {known.version} in {step.run.sha[:7]}"


async def _go_on_with(step: Step, here: Shop, sha: str, page: str) -> None:
    memory = await step.recall()
    commit = await step.ask(lambda: step.kit.repository.resolve(here.app.repository, sha))
    known = of_release(step.run).model_copy(
        update={"old_version": memory["old"][0], "version": memory["version"][0], "bump": page or commit.url}
    )
    await step.update(
        sha=commit.sha,
        commit_title=commit.title[:200],
        commit_author=commit.author[:80],
        commit_url=commit.url,
        mobile=known.encode(),
    )


async def _by_commit(step: Step, here: Shop) -> tuple[str, str]:
    """Commit to the default branch, on what is its newest commit now; never forced, never twice."""
    branch = here.app.default_branch
    for _ in range(_TRIES):
        head = await _head(step, here)
        if done := await _committed(step, here, head):
            return done, ""
        new = await _prepared(step, here, head)
        await step.stop_if_cancelled()
        try:
            made = await step.kit.repository.raise_file(
                here.app.repository,
                branch,
                here.config.config,
                base=head.sha,
                text=new.text,
                message=marked(f"Release {new.new}", step.run.id),
            )
        except VendorUnavailable as error:
            await step.say(f"{error.vendor} did not answer, looking for the commit ({why(error)})")
        except VendorRejected as error:
            if error.status not in _MOVED:
                raise
            if (await _head(step, here)).sha == head.sha:
                msg = f"GitHub takes no commit on {branch}: {error.detail or error}."
                more = 'Where the branch is guarded, write bump = "pull-request" under [apps.expo].'
                raise StepFailed(Reason.VENDOR_REJECTED, f"{msg} {more}") from error
            await step.say(f"{branch} moved meanwhile, starting from its newest commit")
        else:
            return made, ""
        await step.pause(min(step.kit.project.timings.poll, 2.0))
    msg = f"{branch} moved each of {_TRIES} times while the version was raised, or GitHub did not answer."
    raise StepFailed(Reason.VENDOR_UNAVAILABLE, f"{msg} Retry looks for the commit before it makes one.")


async def _by_pull_request(step: Step, here: Shop) -> tuple[str, str]:
    """Propose it, once, and wait until somebody merges it."""
    memory = await step.recall()
    if "number" not in memory:
        new = await _proposed_before(step, here) or await _prepared(step, here, await _head(step, here))
        base = (await step.recall())["base"][0]
        await step.stop_if_cancelled()
        number, page = await step.ask(
            lambda: step.kit.repository.propose_file(
                here.app.repository,
                f"pawdeploy/{new.new}-run-{step.run.id}",
                here.config.config,
                base=base,
                text=new.text,
                message=marked(f"Release {new.new}", step.run.id),
                into=here.app.default_branch,
            )
        )
        await step.remember(**await step.recall() | {"number": [str(number)], "page": [page]})
        memory = await step.recall()
    number, page = int(memory["number"][0]), memory["page"][0]
    await step.say(f"pull request #{number} waits to be merged", url=page)
    while True:
        state, sha = await step.ask(lambda: step.kit.repository.merged(here.app.repository, number))
        if state == "merged":
            await _refuse_other_version(step, here, sha)
            await _refuse_untested_merge(step, here, sha)
            return sha, page
        if state == "closed":
            msg = f"Pull request #{number}, which raises the version, was closed and not merged."
            raise StepFailed(Reason.REJECTED, msg)
        await step.pause(step.kit.project.timings.build_poll)


async def _proposed_before(step: Step, here: Shop) -> Raised | None:
    """Return what was proposed before a crash, on the same commit: then it is found, not proposed again."""
    memory = await step.recall()
    if "base" not in memory:
        return None
    return await raised_at(step, here, memory["base"][0])


async def _refuse_other_version(step: Step, here: Shop, sha: str) -> None:
    """Go on only with the version that was proposed: a pull request can be changed before it is merged."""
    wanted = (await step.recall())["version"][0]
    found = (await raised_at(step, here, sha)).old
    if found != wanted:
        msg = f"The pull request was merged with version {found}, and {wanted} was proposed. Start anew."
        raise StepFailed(Reason.VERSION_UNREADABLE, msg)


async def _head(step: Step, here: Shop) -> Commit:
    return await step.ask(lambda: step.kit.repository.resolve(here.app.repository, here.app.default_branch))


async def _committed(step: Step, here: Shop, head: Commit) -> str:
    """Return the commit this run made before an answer, or the bot, was lost; empty when it made none."""
    memory = await step.recall()
    if "base" not in memory or memory["base"][0] == head.sha:
        return ""
    base = memory["base"][0]
    between = await step.ask(lambda: step.kit.repository.compare(here.app.repository, base, head.sha))
    return next((one.sha for one in between.commits if run_of(one.title) == step.run.id), "")


async def _prepared(step: Step, here: Shop, head: Commit) -> Raised:
    """Return what to write on ``head``, whose checks are green; noted before anything is written."""
    await _refuse_untested(step, here, head)
    new = await raised_at(step, here, head.sha)
    await refuse_used(step, here, new.new)
    known = of_release(step.run).model_copy(update={"old_version": new.old, "version": new.new})
    await step.update(mobile=known.encode())
    await step.remember(base=[head.sha], version=[new.new], old=[new.old])
    return new


async def _refuse_untested(step: Step, here: Shop, head: Commit) -> None:
    """Have the branch's newest commit checked too, where it moved: all of it is going to be built.

    Raises:
        StepFailed: where people named something else; or as ``checks`` does.

    """
    if head.sha == step.run.sha:
        return
    if step.run.ref != here.app.default_branch:
        ours, ref = step.run.sha[:7], step.run.ref[:60]
        other = f"{ours} is not it" if step.run.sha.startswith(ref) else f"{ref} is {ours}"
        msg = f"The version is raised on {here.app.default_branch}, whose newest commit is {head.sha[:7]};"
        msg = f"{msg} {other}. Build without naming a commit."
        raise StepFailed(Reason.BAD_REF, msg)
    await step.say(f"{here.app.default_branch} moved to {head.sha[:7]}, reading its checks")
    await step.update(
        sha=head.sha,
        commit_title=head.title[:200],
        commit_author=head.author[:80],
        commit_url=head.url,
    )
    await checks(step)


async def _refuse_untested_merge(step: Step, here: Shop, sha: str) -> None:
    """Have what was merged checked, where it is more than the version raised on a commit that was.

    Raises:
        StepFailed: as ``checks`` does.

    """
    base = (await step.recall())["base"][0]
    between = await step.ask(lambda: step.kit.repository.compare(here.app.repository, base, sha))
    if between.files_complete and set(between.files) <= {here.config.config}:
        return
    await step.say(f"merged as {sha[:7]} with other changes, reading its checks")
    await step.update(sha=sha)
    await checks(Step(step.kit, step.run, step.name))  # whose clock begins now: a merge may take days


async def left_open(kit: Kit, run: RunView) -> str:
    """Say, after a cancel, what is left of raising the version; empty when nothing is."""
    here = find_shop(kit, run.service, run.environment)
    if here is None or not run.has(StepName.BUMP) or of_release(run).bump:
        return ""
    memory = await kit.reader.memory(run.id, StepName.BUMP)
    if "number" in memory:
        return f"Pull request #{memory['number'][0]}, which raises the version, is left open."
    if "base" not in memory:
        return ""
    try:
        head = await kit.repository.resolve(here.app.repository, here.app.default_branch)
        between = await kit.repository.compare(here.app.repository, memory["base"][0], head.sha)
    except VendorError:
        return "Whether the version was raised is not known: GitHub does not answer."
    made = any(run_of(one.title) == run.id for one in between.commits)
    return f"The version stays at {memory['version'][0]}." if made else ""
