"""What a run of updates over the air knows, in people's words: message, stages, whom it reaches. Pure."""

from pydantic import ValidationError

from bot.engine import rollout
from bot.engine.mobile import BOTH, AppPlatform, inside
from bot.engine.ota import Undo, UpdateBackFacts, UpdateFacts
from bot.engine.runs import RunView
from bot.engine.states import RunState, StepName, StepState
from handlers.render._release_words import PLATFORMS
from handlers.render._text import code, first_few, listed, plain

MOST_MESSAGE = 500
"""Characters of an update's message; Expo and people read all of it."""
MOST_GROUPS = 6
BUILT_IN = "what is built into the app"


def update_facts(run: RunView) -> UpdateFacts:
    """Return what an update knows; nothing, where another version stored it."""
    try:
        return UpdateFacts.model_validate_json(run.mobile or "{}")
    except ValidationError:
        return UpdateFacts()


def back_facts(run: RunView) -> UpdateBackFacts:
    """Return what a way back of an update knows; nothing, where another version stored it."""
    try:
        return UpdateBackFacts.model_validate_json(run.mobile or "{}")
    except ValidationError:
        return UpdateBackFacts()


def quoted(message: str, limit: int = 80) -> str:
    """Return an update's message in quotes, for inside a sentence."""
    said = plain(inside(message), limit)
    return f"“{said}”" if said else "the update"


def reach(facts: UpdateFacts, where: str) -> str:
    """Say how far an update is: ``10 % of production``, ``everybody in production``.

    Where those with other builds get nothing of it, of whom: ``everybody on 1.4.0 in production``.
    """
    some = f"on {versions(facts)} in " if facts.behind or facts.unreleased else ""
    if facts.percent >= 100:
        return f"everybody {some or 'in '}{where}"
    return f"{facts.percent} % of {'those ' if some else ''}{some}{where}"


def versions(facts: UpdateFacts) -> str:
    """Name the versions of the builds an update is for: ``1.5.0``; where it is not known, the runtimes."""
    builds = (facts.builds.get(one, "").partition(" (")[0] for one in BOTH)
    known = dict.fromkeys(plain(build, 40) for build in builds if build)
    return listed(list(known or dict.fromkeys(plain(one, 40) for one in facts.runtimes.values() if one)))


def others(facts: UpdateFacts) -> str:
    """Say who does not get an update, and why; empty where everybody does."""
    if facts.unreleased:
        return f"*No store has {versions(facts)} live yet:* only who got it otherwise, as testers do, has it."
    if facts.behind:
        return f"Only who has {versions(facts)} gets it: a newer build asks for another runtime."
    return ""


def rolling(run: RunView) -> bool:
    """Say whether some people may have the update and it is still looked after."""
    there = run.step(StepName.ROLLOUT).state is StepState.RUNNING
    return run.state is RunState.RUNNING and run.has(StepName.ROLLOUT) and there


def next_stage(facts: UpdateFacts) -> int | None:
    """Return the percent that comes after the stage it is at; None after the last."""
    return rollout.follows(facts.stages, facts.stage)


def stages_line(run: RunView, facts: UpdateFacts) -> str:
    """Say the stages in one line: those done, the one it is at, those to come."""
    if not facts.stages or run.state is RunState.SUCCEEDED:
        return ""
    live = rolling(run)
    words = []
    for at, percent in enumerate(facts.stages[:20]):
        done = live and at < facts.stage
        now = live and at == facts.stage
        words.append(f"{percent} %{' ✓' if done else ' now' if now else ''}")
    ended = run.state not in {RunState.PREPARING, RunState.WAITING, RunState.RUNNING}
    if ended and not facts.percent:
        return ""
    got = f"; it reached {facts.percent} %" if ended and facts.percent else ""
    return f"Stages: {' · '.join(words)}{got}."


def reaches(facts: UpdateFacts) -> str:
    """Say which builds an update is for: ``1.4.0 (57) on iOS``; empty until it is known."""
    said = []
    for platform in BOTH:
        runtime, build = facts.runtimes.get(platform, ""), facts.builds.get(platform, "")
        if runtime or build:
            for_ = f", runtime {code(runtime, 60)}" if runtime and runtime != build.split(" ")[0] else ""
            said.append(f"{plain(build, 60) or 'the builds'} on {PLATFORMS[platform]}{for_}")
    return listed(said)


def group_name(group: str) -> str:
    """Return the eight characters of a group's id that tell it from others."""
    return code(group[:8])


def groups_line(facts: UpdateFacts) -> str:
    """Name the groups at Expo; empty before they are known."""
    if not facts.groups:
        return ""
    names = listed(first_few([group_name(group) for group in facts.groups], MOST_GROUPS))
    many = "group" if len(facts.groups) == 1 else "groups"
    return f"Update {many} {names}{f' on branch {code(facts.branch, 60)}' if facts.branch else ''}."


def goes_to(undo: Undo) -> str:
    """Say what people get in an update's place: ``“Fix login” (group `a1b2c3d4`)``, what is built in."""
    if not undo.to:
        return BUILT_IN
    what = quoted(undo.to_message) if undo.to_message else "the update before"
    return f"{what} (group {group_name(undo.to)})"


def all_go_to(facts: UpdateBackFacts) -> str:
    """Say where a way back leads, when every runtime goes the same way; else empty."""
    words = {BUILT_IN if not one.to else quoted(one.to_message) for one in facts.undo}
    return words.pop() if len(words) == 1 else ""


def on(platforms: tuple[AppPlatform, ...]) -> str:
    """Say on whose phones."""
    return listed([PLATFORMS[one] for one in BOTH if one in platforms])
