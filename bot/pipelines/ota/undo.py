"""Decide what goes back to what: what people get now, and what stood there before. Changes nothing."""

from functools import partial

from bot.engine.mobile import AppPlatform, UpdateGroup, run_of
from bot.engine.ota import Undo
from bot.engine.reasons import Reason
from bot.engine.rollout import ALL, on_top, share
from bot.engine.runs import RunView
from bot.engine.states import RunKind
from bot.errors import StepFailed
from bot.pipelines import known
from bot.pipelines.mobile_needs import part
from bot.pipelines.needs import Kit
from bot.pipelines.ota.builds import asked_for
from bot.pipelines.ota.ground import Ground
from bot.pipelines.ota.groups import is_of, look, published_by, words_of
from bot.pipelines.step import Ask

Past = tuple[frozenset[str], dict[str, str]]
"""Groups that were taken back, and what each group made by that was before; empty: what is built in."""


async def decide(kit: Kit, here: Ground, ask: Ask, parent: RunView | None) -> tuple[Undo, ...]:
    """Return what is to be done to each group that goes: those of ``parent``, else the newest ones.

    Raises:
        StepFailed: ``no_update`` when there is nothing to take back; ``already_live`` when it is gone.

    """
    branch, past = here.ota.branch, await _taken_back_before(kit, here)
    if parent:
        going = await _of_parent(ask, here, branch, parent, past)
    else:
        going = await _newest(ask, here, branch)
    return tuple([one for group in going for one in await _undo(ask, here, branch, group, past)])


async def publisher(kit: Kit, here: Ground, ask: Ask, undo: Undo) -> RunView | None:
    """Return the run whose update goes, also where a way back had brought it back; None: it is not ours."""
    origin = _origin(undo.group, await _taken_back_before(kit, here))
    first = await look(ask, here, origin) if origin else None
    number = run_of(first.message) if first else None
    run = await kit.reader.view(number) if number else None
    ours = run is not None and run.kind is RunKind.UPDATE and run.service == here.app.name
    return run if ours and run is not None and first is not None and is_of(first, run) else None


async def _of_parent(ask: Ask, here: Ground, branch: str, parent: RunView, past: Past) -> list[UpdateGroup]:
    """Return what phones take that a run published, or that a way back published of it again."""
    names = known.of_update(parent).groups
    found = [await look(ask, here, name) for name in names]
    if not names:
        found = list(await published_by(ask, here, branch, parent))
    there = [group for group in found if group is not None]
    going: list[UpdateGroup] = []
    for runtime in dict.fromkeys(group.runtime for group in there):
        listed = await ask(partial(here.expo.groups, here.project, branch, runtime=runtime))
        ours = {group.group for group in there}
        going += [top for top in on_top(listed) if ours & {top.group, _origin(top.group, past)}]
    if not going:
        msg = f"What run {parent.id} published is no longer what people get: somebody was faster."
        raise StepFailed(Reason.ALREADY_LIVE, msg)
    return going


async def _newest(ask: Ask, here: Ground, branch: str) -> list[UpdateGroup]:
    """Return what the newest update published that any build receives: people have older builds as well."""
    listed = await ask(lambda: here.expo.groups(here.project, branch))
    tops = [group for group in on_top(listed) if not group.embedded]
    for top in tops:
        if await asked_for(ask, here, top.runtime):
            return [group for group in tops if _together(group, top)]
    msg = f"No update is out on branch {branch}: people have what is built into the app."
    raise StepFailed(Reason.NO_UPDATE, msg)


def _together(one: UpdateGroup, other: UpdateGroup) -> bool:
    """Say whether two groups are of one publishing: a group for each runtime, or platform that went back."""
    mark = run_of(one.message)
    if one.runtime == other.runtime:
        return one.group == other.group or (mark is not None and mark == run_of(other.message))
    return one.message == other.message and (mark is not None or one.sha == other.sha)


async def _taken_back_before(kit: Kit, here: Ground) -> Past:
    """Learn from earlier ways back, so that going back once more never goes forward again."""
    environment = next(name for name, there in here.app.environments.items() if there is here.there)
    gone: set[str] = set()
    made: dict[str, str] = {}
    for run in await kit.reader.newest_of(here.app.name, environment, frozenset({RunKind.UPDATE_BACK})):
        facts = known.of_back(run)
        for one in facts.undo:
            if one.key in facts.made:
                gone.add(one.group)
                made[facts.made[one.key]] = one.to
    return frozenset(gone), made


async def _undo(ask: Ask, here: Ground, branch: str, group: UpdateGroup, past: Past) -> tuple[Undo, ...]:
    """Return what is done to a group: at once for all platforms that go back to the same."""
    goals: dict[str, tuple[UpdateGroup | None, list[AppPlatform]]] = {}
    for platform in _platforms(group):
        before = await _before(ask, here, branch, group, platform, past)
        goals.setdefault(before.group if before else "", (before, []))[1].append(platform)
    return tuple(
        [
            Undo(
                group=group.group,
                runtime=group.runtime,
                platforms=tuple(platforms),
                rolling=group.rolling,
                to=to,
                to_message=(await _words(ask, here, before, past))[:200],
                to_sha=before.sha if before else "",
                part=len(goals) > 1,
            )
            for to, (before, platforms) in goals.items()
        ]
    )


async def _words(ask: Ask, here: Ground, group: UpdateGroup | None, past: Past) -> str:
    """Return what a group says; of one that a way back made, what the update it brought back says."""
    origin = _origin(group.group, past) if group else ""
    first = await look(ask, here, origin) if group and origin not in ("", group.group) else None
    return words_of(first or group) if group else ""


def _origin(group: str, past: Past) -> str:
    """Return what a group was when it was new; empty: what is built in."""
    made, seen = past[1], set[str]()
    while group in made and group not in seen:
        seen.add(group)
        group = made[group]
    return group


async def _before(
    ask: Ask, here: Ground, branch: str, group: UpdateGroup, platform: AppPlatform, past: Past
) -> UpdateGroup | None:
    """Return what those have who have not got ``group``, or had before it; None: what is built in.

    Expo keeps that for each platform of a rollout; of a platform that all have it on, it keeps it no more.
    """
    mine = part(group, platform)
    if mine is not None and share(mine) < ALL:
        control = await look(ask, here, mine.control_group) if mine.control_group else None
        return None if control is None or control.embedded else control
    gone, made = past
    listed = await ask(lambda: here.expo.groups(here.project, branch, runtime=group.runtime))
    names = [one.group for one in listed]
    origin = _origin(group.group, past)  # what was brought back is as old as what it was
    if not origin:
        return None
    after = names.index(origin) + 1 if origin in names else names.index(group.group) + 1
    for one in listed[after:]:
        if one.group in gone or one.rolling or platform not in _platforms(one):
            continue
        if one.embedded:
            return None
        if one.group in made:
            return next((old for old in listed if old.group == made[one.group]), None)
        return one
    return None


def _platforms(group: UpdateGroup) -> tuple[AppPlatform, ...]:
    return tuple(sorted(part.platform for part in group.parts))
