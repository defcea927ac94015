"""Who wrote what an app's run would bring people: for an environment whose approvers may be no authors."""

from bot.engine.mobile import Stage
from bot.engine.states import RunKind
from bot.errors import VendorRejected
from bot.pipelines.known import of_release, of_update
from bot.pipelines.needs import NO_SUCH_REF
from bot.pipelines.ota.builds import builds_of, newest_builds
from bot.pipelines.ota.ground import ground
from bot.pipelines.ota.groups import is_of, newest
from bot.pipelines.step import Step

_RELEASES = frozenset({RunKind.RELEASE})
_NOT_HANDED = frozenset({Stage.FAILED, Stage.CANCELLED})


async def authors(step: Step) -> frozenset[str]:
    """Return GitHub logins, and names where GitHub has no login, lower case.

    Of the commits since what people have: by an update, since the newest one of each runtime it reaches, or
    the build; by a release, since the one handed over before. With nothing before, the commit's own author.

    Raises:
        VendorError: when Expo or GitHub cannot be asked.

    """
    if step.run.kind is RunKind.UPDATE:
        bases = await _before_update(step)
    elif step.run.kind is RunKind.RELEASE:
        bases = await _before_release(step)
    else:
        return frozenset()
    found = await _of_the_commit(step)
    for base in sorted(bases - {"", step.run.sha}):
        found |= await _since(step, base)
    return frozenset(name.lower() for name in found if name)


async def _before_update(step: Step) -> set[str]:
    here, facts = ground(step.kit, step.run), of_update(step.run)
    groups = await newest(step.ask, here, facts.branch)
    tops = {one.runtime: one for one in groups if not one.embedded and not is_of(one, step.run)}
    bases: set[str] = set()
    reached = await builds_of(step.ask, here, facts.runtimes) or await newest_builds(step.ask, here)
    for build in reached.values():
        top = tops.get(build.runtime)
        bases.add((top.sha if top else "") or build.sha)
    return bases


async def _before_release(step: Step) -> set[str]:
    earlier = await step.kit.reader.newest_of(step.run.service, step.run.environment, _RELEASES)
    for run in earlier:
        handed = [one for one in of_release(run).submissions.values() if one.stage not in _NOT_HANDED]
        if run.id != step.run.id and handed and run.sha:
            return {run.sha}
    return set()


async def _of_the_commit(step: Step) -> set[str]:
    repository = _repository(step)
    commit = await step.ask(lambda: step.kit.repository.resolve(repository, step.run.sha))
    return {commit.login, step.run.commit_author}


async def _since(step: Step, base: str) -> set[str]:
    repository = _repository(step)
    try:
        seen = await step.ask(lambda: step.kit.repository.compare(repository, base, step.run.sha))
    except VendorRejected as error:
        if error.status not in NO_SUCH_REF:
            raise
        return set()  # its history was written anew: what lies between nobody can say
    return set(seen.authors)


def _repository(step: Step) -> str:
    app = step.kit.project.app(step.run.service)
    return app.repository if app else ""
