"""What Expo has of updates, as runs ask for it: the newest of each runtime, and those a run published."""

from collections.abc import Collection
from datetime import timedelta

from bot.engine.mobile import BOTH, AppPlatform, UpdateGroup, inside, run_of
from bot.engine.rollout import apart, reached
from bot.engine.runs import RunView
from bot.errors import VendorRejected
from bot.pipelines.ota.ground import Ground
from bot.pipelines.step import Ask

GONE = 404
_PAGE = 20
_SKEW = timedelta(minutes=5)
"""How far Expo's clock and ours may be apart."""


async def newest(ask: Ask, here: Ground, branch: str) -> tuple[UpdateGroup, ...]:
    """Return the newest group of each runtime, newest first."""
    seen: dict[str, UpdateGroup] = {}
    for group in await ask(lambda: here.expo.groups(here.project, branch)):
        seen.setdefault(group.runtime, group)
    return tuple(seen.values())


async def newest_of(
    ask: Ask, here: Ground, branch: str, runtime: str, platforms: Collection[AppPlatform] = BOTH
) -> UpdateGroup | None:
    """Return what phones of some platforms with ``runtime`` get; None: what is built in."""
    limit = 1 if len(platforms) == len(BOTH) else _PAGE  # the other platform's may lie above it
    found = await ask(lambda: here.expo.groups(here.project, branch, runtime=runtime, limit=limit))
    return next((group for group in found if any(one.platform in platforms for one in group.parts)), None)


async def published_by(ask: Ask, here: Ground, branch: str, run: RunView) -> tuple[UpdateGroup, ...]:
    """Return the groups whose message is marked with ``run``: what it published, also before a crash.

    A mark from before the run was asked for is another database's: those numbers began anew.
    """
    found = await ask(lambda: here.expo.groups(here.project, branch))
    return tuple(group for group in found if is_of(group, run))


def is_of(group: UpdateGroup, run: RunView) -> bool:
    """Say whether ``run`` published a group."""
    return run_of(group.message) == run.id and group.created_at >= run.requested_at - _SKEW


async def look(ask: Ask, here: Ground, group: str) -> UpdateGroup | None:
    """Return a group as it is now; None when Expo has none of that id (any more)."""
    try:
        return await ask(lambda: here.expo.group(group))
    except VendorRejected as error:
        if error.status != GONE:
            raise
        return None


def said(group: UpdateGroup) -> str:
    """Name a group in a few words: what it says, and the beginning of its id."""
    words = inside(words_of(group))
    return f"“{words[:60]}” ({group.group[:8]})" if words else group.group[:8]


def words_of(group: UpdateGroup) -> str:
    """Return a group's message without our mark."""
    return group.message.partition(" (pawdeploy run")[0].strip()


def reach(group: UpdateGroup) -> str:
    """Say how far a group is: ``10 %``, or by platform while they differ."""
    return apart((group,)) or f"{reached((group,))} %"
