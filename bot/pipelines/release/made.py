"""What Expo has of a release: the builds it made, the submissions that hand them over. Looks only."""

from datetime import timedelta

from bot.engine.mobile import AppPlatform, Build, Submission, run_of
from bot.engine.runs import RunView
from bot.pipelines.release.shop import Shop
from bot.pipelines.step import Ask

_SKEW = timedelta(minutes=5)
"""How far Expo's clock and ours may be apart."""
_LISTED = 50


async def builds_of(ask: Ask, here: Shop, run: RunView) -> tuple[Build, ...]:
    """Return the builds whose message is marked with ``run``, newest first.

    A mark from before the run was asked for is another database's: those numbers began anew.
    """
    found = await ask(lambda: here.expo.builds(here.project, limit=_LISTED))
    since = run.requested_at - _SKEW
    return tuple(one for one in found if run_of(one.message) == run.id and one.created_at >= since)


async def one_of_each(
    ask: Ask, here: Shop, run: RunView, *, passed: frozenset[str]
) -> dict[AppPlatform, Build]:
    """Return one build a platform, the first this attempt made; ``passed``: those of earlier attempts."""
    first: dict[AppPlatform, Build] = {}
    for build in await builds_of(ask, here, run):
        if build.id not in passed:
            first[build.platform] = build  # a later one of the list is older
    return first


async def submission_of(ask: Ask, here: Shop, build: Build, *, passed: frozenset[str]) -> Submission | None:
    """Return the newest submission of ``build`` that is not among ``passed``."""
    found = await ask(lambda: here.expo.submissions(here.project, platform=build.platform))
    return next((one for one in found if one.build == build.id and one.id not in passed), None)
