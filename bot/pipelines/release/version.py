"""Which version a release gets: read from the app's config, raised, and used by nothing before."""

from dataclasses import dataclass

from bot.engine.app_config import UnreadableError, raise_version
from bot.engine.app_versions import same_version
from bot.engine.mobile import NAMES, Stage, run_of
from bot.engine.reasons import Reason
from bot.engine.stores import STORES, StorePhase
from bot.errors import StepFailed, VendorError, VendorRejected
from bot.pipelines.known import of_release
from bot.pipelines.needs import NO_SUCH_REF
from bot.pipelines.release.shop import Shop, sentence, store_of
from bot.pipelines.step import Step

_NOT_USED = frozenset({StorePhase.DRAFT, StorePhase.WITHDRAWN})
"""A draft waits for its build: people often make one before there is any."""


@dataclass(frozen=True, slots=True)
class Raised:
    """The app's config with its version raised."""

    old: str
    new: str
    text: str


async def raised_at(step: Step, here: Shop, sha: str) -> Raised:
    """Return the app's config as of ``sha`` with its version raised.

    Raises:
        StepFailed: ``version_unreadable``, with the line and what to do.

    """
    path = here.config.config
    try:
        text = await step.ask(lambda: step.kit.repository.file_at(here.app.repository, path, sha))
    except VendorRejected as error:
        if error.status not in NO_SUCH_REF:
            raise
        msg = f"There is no {path} in {sha[:7]}. pawdeploy.toml names it: [apps.expo], config."
        raise StepFailed(Reason.VERSION_UNREADABLE, msg) from error
    try:
        raised, old, new = raise_version(text, of_release(step.run).part)
    except UnreadableError as error:
        where = f"{path}, line {error.line}" if error.line else path
        more = 'Write it once, as plain text: version: "1.2.3". Then start a new release.'
        raise StepFailed(Reason.VERSION_UNREADABLE, f"{where}: {error.what}. {more}") from error
    return Raised(old, new, raised)


async def refuse_used(step: Step, here: Shop, version: str) -> None:
    """Stop where ``version`` is somebody's already: a finished build's, or a store's.

    Raises:
        StepFailed: ``version_used``.

    """
    found = await step.ask(
        lambda: here.expo.builds(here.project, version=version, stage=Stage.FINISHED, limit=5)
    )
    for build in found:
        if run_of(build.message) != step.run.id:
            number = f" ({build.number})" if build.number else ""
            raise _used(version, f"a finished {NAMES[build.platform]} build{number} has it", build.page)
    for platform in NAMES:
        store = store_of(step.kit, step.run.service, platform)
        try:
            there = await store.versions() if store else ()
        except VendorError:
            continue  # it will say so itself when it is handed the build
        for one in there:
            if one.phase not in _NOT_USED and same_version(one.version, version):
                raise _used(version, f"{sentence(STORES[platform])} has it ({one.raw})")


def _used(version: str, where: str, page: str = "") -> StepFailed:
    msg = f"Version {version} is used already: {where}. Raise the version in the app's config past it, or"
    said = (page,) if page else ()
    return StepFailed(Reason.VERSION_USED, f"{msg} build a higher part: /pawmobile build minor.", said=said)
