"""Decide what goes back to what: what people get now, and what stood there before. Changes nothing."""

from bot.engine.mobile import AppPlatform, UpdateGroup, run_of
from bot.engine.ota import Undo
from bot.engine.reasons import Reason
from bot.engine.runs import RunView
from bot.engine.states import RunKind
from bot.errors import StepFailed
from bot.pipelines import known
from bot.pipelines.needs import Kit
from bot.pipelines.ota.builds import asked_for
from bot.pipelines.ota.ground import Ground
from bot.pipelines.ota.groups import look, newest, newest_of, published_by, words_of
from bot.pipelines.step import Ask


async def decide(kit: Kit, here: Ground, ask: Ask, parent: RunView | None) -> tuple[Undo, ...]:
    """Return what is to be done to each group that goes: those of ``parent``, else the newest ones.

    Raises:
        StepFailed: ``no_update`` when there is nothing to take back; ``already_live`` when it is gone.

    """
    branch = here.ota.branch
    going = await _of_parent(ask, here, branch, parent) if parent else await _newest(ask, here, branch)
    past = await _taken_back_before(kit, here, going[0])
    return tuple([await _undo(ask, here, branch, group, past) for group in going])


async def _of_parent(ask: Ask, here: Ground, branch: str, parent: RunView) -> list[UpdateGroup]:
    """Return what a run published and phones still take."""
    names = known.of_update(parent).groups
    found = [await look(ask, here, name) for name in names]
    if not names:
        found = list(await published_by(ask, here, branch, parent))
    going = [group for group in found if group is not None and await _on_top(ask, here, branch, group)]
    if not going:
        msg = f"What run {parent.id} published is no longer what people get: somebody was faster."
        raise StepFailed(Reason.ALREADY_LIVE, msg)
    return going


async def _on_top(ask: Ask, here: Ground, branch: str, group: UpdateGroup) -> bool:
    top = await newest_of(ask, here, branch, group.runtime)
    return top is not None and top.group == group.group


async def _newest(ask: Ask, here: Ground, branch: str) -> list[UpdateGroup]:
    """Return what the newest update published that any build receives: people have older builds as well."""
    tops = [group for group in await newest(ask, here, branch) if not group.embedded]
    for top in tops:
        if await asked_for(ask, here, top.runtime):
            return [group for group in tops if _together(group, top)]
    msg = f"No update is out on branch {branch}: people have what is built into the app."
    raise StepFailed(Reason.NO_UPDATE, msg)


def _together(one: UpdateGroup, other: UpdateGroup) -> bool:
    """Say whether two groups are of one publishing: Expo makes a group for each runtime."""
    mark = run_of(one.message)
    return one.message == other.message and (mark is not None or one.sha == other.sha)


Past = tuple[frozenset[str], dict[str, str]]
"""Groups that were taken back, and what each group made by that was before; empty: what is built in."""


async def _taken_back_before(kit: Kit, here: Ground, group: UpdateGroup) -> Past:
    """Learn from earlier ways back, so that going back once more never goes forward again."""
    environment = next(name for name, there in here.app.environments.items() if there is here.there)
    gone: set[str] = set()
    made: dict[str, str] = {}
    for run in await kit.reader.newest_of(here.app.name, environment, frozenset({RunKind.UPDATE_BACK})):
        facts = known.of_back(run)
        for one in facts.undo:
            if one.group in facts.made:
                gone.add(one.group)
                made[facts.made[one.group]] = one.to
    return frozenset(gone - {group.group}), made


async def _undo(ask: Ask, here: Ground, branch: str, group: UpdateGroup, past: Past) -> Undo:
    before = await _before(ask, here, branch, group, past)
    return Undo(
        group=group.group,
        runtime=group.runtime,
        platforms=_platforms(group),
        rolling=group.rolling,
        to=before.group if before else "",
        to_message=words_of(before)[:200] if before else "",
        to_sha=before.sha if before else "",
    )


async def _before(ask: Ask, here: Ground, branch: str, group: UpdateGroup, past: Past) -> UpdateGroup | None:
    """Return what those have who have not got ``group``, or had before it; None: what is built in."""
    if group.rolling:
        control = _control(group)
        return await look(ask, here, control) if control else None
    gone, made = past
    listed = await ask(lambda: here.expo.groups(here.project, branch, runtime=group.runtime))
    names = [one.group for one in listed]
    origin, seen = group.group, set[str]()
    while origin in made and origin not in seen:  # what was brought back is as old as what it was
        seen.add(origin)
        origin = made[origin]
        if not origin:
            return None
    after = names.index(origin) + 1 if origin in names else names.index(group.group) + 1
    for one in listed[after:]:
        if one.group in gone or one.rolling:
            continue
        if one.embedded:
            return None
        if one.group in made:
            return next((old for old in listed if old.group == made[one.group]), None)
        if set(_platforms(group)) <= set(_platforms(one)):
            return one
    return None


def _control(group: UpdateGroup) -> str:
    return next((part.control_group for part in group.parts if part.control_group), "")


def _platforms(group: UpdateGroup) -> tuple[AppPlatform, ...]:
    return tuple(sorted(part.platform for part in group.parts))
