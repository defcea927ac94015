"""How far an update over the air is, and what still has to be set. Arithmetic: never back, none skipped.

A platform's part at 100 % is finished: Expo then calls it no rollout at all. Knows no Expo and no clock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.engine.mobile import NAMES, AppPlatform, Update, UpdateGroup

ALL = 100


@dataclass(frozen=True, slots=True)
class Behind:
    """A part that has not come as far as it should."""

    update: str
    """Its id."""
    platform: AppPlatform
    runtime: str
    percent: int


def share(part: Update) -> int:
    """Return how many percent of the people a part reaches: all of them where it is no rollout."""
    return ALL if part.percent is None else part.percent


def parts(groups: Iterable[UpdateGroup]) -> tuple[Update, ...]:
    """Return every part of some groups, ordered by runtime and platform: always in the same order."""
    found = [part for group in groups for part in group.parts]
    return tuple(sorted(found, key=lambda part: (part.runtime, part.platform.value, part.id)))


def reached(groups: Iterable[UpdateGroup]) -> int:
    """Return how far every part is, at least; 0 without any."""
    return min((share(part) for part in parts(groups)), default=0)


def apart(groups: Sequence[UpdateGroup]) -> str:
    """Say what stands where while parts are out of step; empty while they agree, or there are none."""
    found = parts(groups)
    if len({share(part) for part in found}) <= 1:
        return ""
    return standing(groups)


def standing(groups: Iterable[UpdateGroup]) -> str:
    """Say where every part stands: ``iOS 50 %, Android 10 %``; with the runtime where there are several."""
    found = parts(groups)
    several = len({part.runtime for part in found}) > 1
    return ", ".join(
        f"{NAMES[part.platform]}{f' ({part.runtime})' if several else ''} {share(part)} %" for part in found
    )


def behind(groups: Iterable[UpdateGroup], percent: int) -> tuple[Behind, ...]:
    """Return the parts that still have to be set to reach ``percent``; one that is further stays there."""
    return tuple(
        Behind(part.id, part.platform, part.runtime, share(part))
        for part in parts(groups)
        if share(part) < min(percent, ALL)
    )


def on_top(groups: Iterable[UpdateGroup]) -> tuple[UpdateGroup, ...]:
    """Return what phones get, of groups newest first: each with the platforms for which nothing is newer."""
    found, seen = list[UpdateGroup](), set[tuple[str, AppPlatform]]()
    for group in groups:
        left = tuple(part for part in group.parts if (group.runtime, part.platform) not in seen)
        if left:
            found.append(group.model_copy(update={"parts": left}))
        seen |= {(group.runtime, part.platform) for part in left}
    return tuple(found)


def follows(stages: Sequence[int], stage: int) -> int | None:
    """Return the percent of the stage after number ``stage``; None after the last."""
    return stages[stage + 1] if 0 <= stage + 1 < len(stages) else None
